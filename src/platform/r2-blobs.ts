import type { Blobs } from '#core/blobs'
import type { Config } from '#core/config'
import type { Clock } from '#core/platform'
import { signOwnUpload } from '#core/sign-own-upload'

interface BucketObject {
  size: number
  httpMetadata?: { contentType?: string }
}

/** What we use of an R2 bucket that is bound to the Worker. */
export interface Bucket {
  put(key: string, bytes: Uint8Array, options: { httpMetadata: { contentType: string } }): Promise<unknown>
  get(
    key: string,
    options?: { range: { offset: number; length: number } },
  ): Promise<(BucketObject & { body: ReadableStream<Uint8Array<ArrayBuffer>> }) | null>
  head(key: string): Promise<BucketObject | null>
  delete(keys: string[]): Promise<void>
}

/** R2 deletes so many at once. */
const mostKeys = 1000

const typeOf = ({ httpMetadata }: BucketObject) => httpMetadata?.contentType ?? 'application/octet-stream'

/** A bucket of Cloudflare R2 by its binding. It signs no uploads, so these come to us. */
export const createR2Blobs = (bucket: Bucket, config: Config, clock: Clock): Blobs => ({
  put: async (key, bytes, contentType) => {
    await bucket.put(key, bytes, { httpMetadata: { contentType } })
  },
  get: async (key, range) => {
    const object = await bucket.get(key, range && { range })
    return object ? { body: object.body, contentType: typeOf(object), size: object.size } : undefined
  },
  head: async (key) => {
    const object = await bucket.head(key)
    return object ? { size: object.size, contentType: typeOf(object) } : undefined
  },
  delete: async (keys) => {
    for (let from = 0; from < keys.length; from += mostKeys) await bucket.delete(keys.slice(from, from + mostKeys))
  },
  signUpload: (key, upload) => signOwnUpload({ config, clock }, key, upload),
})
