import * as z from 'zod'
import { isBlobKey } from './blobs'
import type { CoreContext } from './context'
import { areBytesAuthentic, type MacContext } from './macs'
import { fromBase64Url, toBase64Url } from './secrets'
import { uploadPurpose, uploadTokenPrefix } from './sign-own-upload'

const Claims = z.strictObject({
  key: z.string().refine(isBlobKey),
  contentType: z.string(),
  bytes: z.int().positive(),
  expiresAt: z.iso.datetime(),
})

/** What an upload token lets somebody put: so many bytes of this type, at this key. */
export type UploadClaims = Pick<z.output<typeof Claims>, 'key' | 'contentType' | 'bytes'>

const decode = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    const bytes = fromBase64Url(text)
    return toBase64Url(bytes) === text ? bytes : undefined
  } catch {
    return undefined
  }
}

/** What a token that we made lets somebody do; undefined for anything else, and once its time is up. */
export const readUploadToken = async (
  ctx: MacContext & Pick<CoreContext, 'clock'>,
  token: string,
): Promise<UploadClaims | undefined> => {
  const [claims, mac] = token.startsWith(uploadTokenPrefix)
    ? token.slice(uploadTokenPrefix.length).split('.').map(decode)
    : []
  if (!claims || !mac || !(await areBytesAuthentic(ctx, uploadPurpose, claims, mac))) return undefined
  const { expiresAt, ...upload } = Claims.parse(JSON.parse(new TextDecoder().decode(claims)))
  return new Date(expiresAt) > ctx.clock.now() ? upload : undefined
}
