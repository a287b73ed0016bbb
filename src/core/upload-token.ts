import * as z from 'zod'
import { isBlobKey, type SignedUpload } from './blobs'
import type { CoreContext } from './context'
import { areBytesAuthentic, authenticateBytes, type MacContext } from './macs'
import { fromBase64Url, toBase64Url } from './secrets'

/** Says what it is, so that leaked ones are found. */
const prefix = 'pup_'
const purpose = 'blob-upload'

const Claims = z.strictObject({
  key: z.string().refine(isBlobKey),
  contentType: z.string(),
  bytes: z.int().positive(),
  expiresAt: z.iso.datetime(),
})

/** What an upload token lets somebody put: so many bytes of this type, at this key. */
export type UploadClaims = Pick<z.output<typeof Claims>, 'key' | 'contentType' | 'bytes'>

type Part = MacContext & Pick<CoreContext, 'clock'>

/**
 * An address of our own where a blob may be put, for stores that sign none. The token in it says all of it under an HMAC;
 * that it is used once is a matter of the row in `blob`.
 */
export const signOwnUpload = async (
  ctx: Part,
  key: string,
  { contentType, bytes, seconds }: { contentType: string; bytes: number; seconds: number },
): Promise<SignedUpload> => {
  const expiresAt = new Date(ctx.clock.now().getTime() + seconds * 1000).toISOString()
  const claims = new TextEncoder().encode(JSON.stringify({ key, contentType, bytes, expiresAt }))
  const mac = await authenticateBytes(ctx, purpose, claims)
  return {
    method: 'PUT',
    url: `${ctx.config.BASE_URL}/v1/uploads/${prefix}${toBase64Url(claims)}.${toBase64Url(mac)}`,
    headers: { 'content-type': contentType },
  }
}

const decode = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    const bytes = fromBase64Url(text)
    return toBase64Url(bytes) === text ? bytes : undefined
  } catch {
    return undefined
  }
}

/** What a token that we made lets somebody do; undefined for anything else, and once its time is up. */
export const readUploadToken = async (ctx: Part, token: string): Promise<UploadClaims | undefined> => {
  const [claims, mac] = token.startsWith(prefix) ? token.slice(prefix.length).split('.').map(decode) : []
  if (!claims || !mac || !(await areBytesAuthentic(ctx, purpose, claims, mac))) return undefined
  const { expiresAt, ...upload } = Claims.parse(JSON.parse(new TextDecoder().decode(claims)))
  return new Date(expiresAt) > ctx.clock.now() ? upload : undefined
}
