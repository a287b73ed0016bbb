import { type Blobs, isBlobKey } from '#core/blobs'
import type { Clock } from '#core/platform'
import { retryAfter } from '#core/problem'
import { blobsUnavailable } from '#core/problems'
import { createBreaker } from './circuit-breaker'

/** How soon it is worth to try again. */
const unavailableSeconds = 2

/** Rejects when `work` takes too long. Whoever works may still end it: what is put twice is put once. */
const within = async <Result>(milliseconds: number, work: Promise<Result>): Promise<Result> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The blob store took longer than ${milliseconds} ms.`)), milliseconds)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}

const checkKeys = (keys: string[]): void => {
  const wrong = keys.find((key) => !isBlobKey(key))
  if (wrong !== undefined) throw new Error(`This is no key of a blob: ${JSON.stringify(wrong.slice(0, 80))}`)
}

/**
 * A blob store with what all of them need: no key that could mean something else, a deadline for each answer, and a
 * breaker, so that nobody waits for a store that is away. Whatever goes wrong there is `blobs-unavailable`.
 */
export const withCare = (blobs: Blobs, { clock, timeoutSeconds }: { clock: Clock; timeoutSeconds: number }): Blobs => {
  const breaker = createBreaker({ clock })
  const run = async <Result>(keys: string[], work: () => Promise<Result>): Promise<Result> => {
    checkKeys(keys)
    try {
      return await breaker.run(() => within(timeoutSeconds * 1000, work()))
    } catch (error) {
      throw blobsUnavailable({ ...retryAfter(unavailableSeconds), cause: error })
    }
  }
  return {
    put: (key, bytes, contentType) => run([key], () => blobs.put(key, bytes, contentType)),
    get: (key, range) => run([key], () => blobs.get(key, range)),
    head: (key) => run([key], () => blobs.head(key)),
    delete: (keys) => run(keys, () => blobs.delete(keys)),
    signUpload: async (key, upload) => {
      checkKeys([key])
      return blobs.signUpload(key, upload)
    },
  }
}
