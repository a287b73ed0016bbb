import type { Context } from '#core/context'
import { invalidFields, notFound, unsupportedMediaType } from '#core/problems'
import { readUploadToken } from '#core/upload-token'
import { consumeUploadAddress } from './blob-queries'

interface Sent {
  contentType: string | undefined
  /** Reads the body. @param most bytes */
  read(most: number): Promise<Uint8Array<ArrayBuffer>>
}

const wrongLength = (bytes: number) =>
  invalidFields([{ pointer: '', code: 'wrong_length', message: `Send ${bytes} bytes, as you said.` }])

/**
 * Stores what somebody puts at an address that we signed, once: of the type and length that the token says. Throws
 * `not-found`, `unsupported-media-type`, `payload-too-large`, `invalid-request`, `blobs-unavailable`.
 */
export async function acceptUpload(ctx: Context, token: string, { contentType, read }: Sent): Promise<void> {
  const upload = await readUploadToken(ctx, token)
  if (!upload) throw notFound()
  if (contentType !== upload.contentType) throw unsupportedMediaType({ detail: `Send it as ${upload.contentType}.` })
  const bytes = await read(upload.bytes)
  if (bytes.length !== upload.bytes) throw wrongLength(upload.bytes)
  const [row] = await consumeUploadAddress(ctx.db, { now: ctx.clock.now(), key: upload.key })
  if (!row) throw notFound()
  await ctx.blobs.put(upload.key, bytes, upload.contentType)
}
