import type { SignedUpload } from './blobs'
import type { CoreContext } from './context'
import { authenticateBytes, type MacContext } from './macs'
import { toBase64Url } from './secrets'

/** Says what an upload token is, so that leaked ones are found. */
export const uploadTokenPrefix = 'pup_'
export const uploadPurpose = 'blob-upload'

/**
 * An address of our own where a blob may be put, for stores that sign none. The token in it says all of it under an HMAC;
 * that it is used once is a matter of the row in `blob`.
 */
export const signOwnUpload = async (
  ctx: MacContext & Pick<CoreContext, 'clock'>,
  key: string,
  { contentType, bytes, seconds }: { contentType: string; bytes: number; seconds: number },
): Promise<SignedUpload> => {
  const expiresAt = new Date(ctx.clock.now().getTime() + seconds * 1000).toISOString()
  const claims = new TextEncoder().encode(JSON.stringify({ key, contentType, bytes, expiresAt }))
  const mac = await authenticateBytes(ctx, uploadPurpose, claims)
  return {
    method: 'PUT',
    url: `${ctx.config.BASE_URL}/v1/uploads/${uploadTokenPrefix}${toBase64Url(claims)}.${toBase64Url(mac)}`,
    headers: { 'content-type': contentType },
  }
}
