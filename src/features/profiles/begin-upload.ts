import { type Context, requireUser } from '#core/context'
import { admit } from '#core/limits'
import { sessionRevoked } from '#core/problems'
import type { Upload, UploadRequest } from './avatar-contract'
import { newFileName, uploadKey } from './avatar-names'
import { insertUpload } from './blob-queries'

/** Well below the hour that the row stays, so that nothing comes after it. */
const uploadSeconds = 600

/**
 * Gives the caller an address to put an image at, past us where the store can sign one. The row comes first. Throws
 * `unauthenticated`, `rate-limited`, `session-revoked`.
 */
export async function beginUpload(ctx: Context, { contentType, bytes }: UploadRequest): Promise<Upload> {
  const { userId, sessionId } = requireUser(ctx)
  await admit(ctx, ['avatar', userId])
  const uploadId = newFileName(ctx)
  const key = uploadKey(uploadId)
  const [row] = await insertUpload(ctx.db, { userId, sessionId, now: ctx.clock.now(), key })
  if (!row) throw sessionRevoked()
  const signed = await ctx.blobs.signUpload(key, { contentType, bytes, seconds: uploadSeconds })
  return { uploadId, ...signed, expiresIn: uploadSeconds }
}
