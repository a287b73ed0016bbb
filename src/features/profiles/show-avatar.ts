import { type Context, requireUser } from '#core/context'
import { retryAfter } from '#core/problem'
import { blobsUnavailable, overloaded, sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { avatarAddress, avatarKey, newFileName } from './avatar-names'
import { insertStagedAvatar, publishAvatar } from './avatar-queries'
import { toUser, type User, type UserRow } from './contract'
import { renderAvatar } from './render-avatar'

/** More changes of one picture than this at once are no person's. */
const mostTries = 8

const publish = async (ctx: Context, name: string): Promise<UserRow> => {
  const { userId, sessionId } = requireUser(ctx)
  const picture = avatarAddress(ctx, name)
  for (let tries = 0; tries < mostTries; tries += 1) {
    const values = { ...eventValues(ctx), userId, sessionId, jobId: ctx.ids.next(), name, picture }
    const [row] = await publishAvatar(ctx.db, values)
    if (!row) throw sessionRevoked()
    // All columns are of the same row, or of none.
    if (row.id !== null) return row as UserRow
    if (!row.isStaged) throw blobsUnavailable(retryAfter(1))
  }
  throw overloaded(retryAfter(1))
}

/**
 * Makes an image the caller's picture, in four sizes; the image itself is not kept. The rows come first, then the blobs,
 * then one statement that brings them into use: whatever stops in between, nothing is left that no row knows of.
 * Throws `unsupported-image`, `damaged-image`, `image-too-large`, `session-revoked`, `blobs-unavailable`, `overloaded`.
 */
export async function showAvatar(ctx: Context, image: Uint8Array<ArrayBuffer>): Promise<User> {
  const { userId, sessionId } = requireUser(ctx)
  const renditions = await renderAvatar(ctx, image)
  const name = newFileName(ctx)
  const staged = await insertStagedAvatar(ctx.db, { userId, sessionId, now: ctx.clock.now(), name })
  if (staged.length === 0) throw sessionRevoked()
  await Promise.all(
    renditions.map(({ size, bytes }) => ctx.blobs.put(avatarKey(name, `${size}.webp`), bytes, 'image/webp')),
  )
  const row = await publish(ctx, name)
  ctx.pokeJobs()
  return toUser(ctx, row)
}
