import { type Context, requireUser } from '#core/context'
import { mostImageBytes } from '#core/images'
import { admit } from '#core/limits'
import type { OutsideFault } from '#core/outside'
import type { ProblemFactory } from '#core/problem'
import { sessionRevoked } from '#core/problems'
import type { AvatarSource } from './avatar-contract'
import { uploadKey } from './avatar-names'
import { consumeUpload } from './blob-queries'
import type { User } from './contract'
import { imageTooLarge, uploadMissing, urlForbidden, urlUnreachable } from './problems'
import { findOwnUser } from './queries'
import { showAvatar } from './show-avatar'

const fetchTimeoutMs = 10_000

const problems: Record<OutsideFault, ProblemFactory> = {
  forbidden: urlForbidden,
  unreachable: urlUnreachable,
  refused: urlUnreachable,
  'too-large': imageTooLarge,
}

/** Nothing is asked outside for somebody whose session has ended. */
const fetchImage = async (ctx: Context, url: string): Promise<Uint8Array<ArrayBuffer>> => {
  const { userId, sessionId } = requireUser(ctx)
  const [caller] = await findOwnUser(ctx.db, { userId, sessionId, now: ctx.clock.now() })
  if (!caller) throw sessionRevoked()
  const fetched = await ctx.outside.get(url, { bytes: mostImageBytes, timeoutMs: fetchTimeoutMs })
  if (!fetched.ok) throw problems[fetched.fault]()
  return fetched.bytes
}

/** An upload can be taken once, whatever is in it; before it is there it is not used up. */
const takeUpload = async (ctx: Context, uploadId: string): Promise<Uint8Array<ArrayBuffer>> => {
  const { userId, sessionId } = requireUser(ctx)
  const key = uploadKey(uploadId)
  const facts = await ctx.blobs.head(key)
  if (!facts) throw uploadMissing()
  const [caller] = await consumeUpload(ctx.db, { userId, sessionId, now: ctx.clock.now(), key })
  if (!caller) throw sessionRevoked()
  if (!caller.isTaken) throw uploadMissing()
  try {
    if (facts.size > mostImageBytes) throw imageTooLarge()
    const blob = await ctx.blobs.get(key)
    if (!blob) throw uploadMissing()
    return new Uint8Array(await new Response(blob.body).arrayBuffer())
  } finally {
    // If this gets lost, it goes with its row.
    ctx.background(ctx.blobs.delete([key]))
  }
}

/**
 * Changes the caller's picture to an image that they send, that is at an address, or that they uploaded.
 * @param source reads the body once it is known that the caller may, or says where the image is
 * Throws `unauthenticated`, `rate-limited`, `payload-too-large`, `url-forbidden`, `url-unreachable`, `upload-missing`, and
 * what `showAvatar` throws.
 */
export async function changeAvatar(
  ctx: Context,
  source: AvatarSource | (() => Promise<Uint8Array<ArrayBuffer>>),
): Promise<User> {
  const { userId } = requireUser(ctx)
  await admit(ctx, ['avatar', userId])
  if (typeof source === 'function') return showAvatar(ctx, await source())
  const { url, uploadId = '' } = source
  return showAvatar(ctx, url === undefined ? await takeUpload(ctx, uploadId) : await fetchImage(ctx, url))
}
