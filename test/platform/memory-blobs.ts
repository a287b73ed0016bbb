import type { Blobs } from '#core/blobs'
import type { Config } from '#core/config'
import type { Clock } from '#core/platform'
import { signOwnUpload } from '#core/sign-own-upload'
import { withCare } from '#platform/careful-blobs'

/** A blob store in memory that a test can look into. */
export interface MemoryBlobs {
  files: Map<string, { bytes: Uint8Array<ArrayBuffer>; contentType: string }>
  /** The store as an instance has it. */
  open(config: Config, clock: Clock): Blobs
}

export const createMemoryBlobs = (): MemoryBlobs => {
  const files: MemoryBlobs['files'] = new Map()
  return {
    files,
    open: (config, clock) =>
      withCare(
        {
          put: async (key, bytes, contentType) => void files.set(key, { bytes, contentType }),
          get: async (key, range) => {
            const file = files.get(key)
            if (!file) return undefined
            const { offset, length } = range ?? { offset: 0, length: file.bytes.length }
            const body = new Blob([file.bytes.slice(offset, offset + length)]).stream()
            return { body, contentType: file.contentType, size: file.bytes.length }
          },
          head: async (key) => {
            const file = files.get(key)
            return file && { size: file.bytes.length, contentType: file.contentType }
          },
          delete: async (keys) => {
            for (const key of keys) files.delete(key)
          },
          signUpload: (key, upload) => signOwnUpload({ config, clock }, key, upload),
        },
        { clock, timeoutSeconds: config.BLOB_TIMEOUT_SECONDS },
      ),
  }
}
