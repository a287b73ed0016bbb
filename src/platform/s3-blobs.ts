import { AwsClient } from 'aws4fetch'
import type { Blobs } from '#core/blobs'

export interface S3Options {
  endpoint: string
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  timeoutSeconds: number
}

/** How many blobs are deleted at a time; the request for many at once is not the same in all stores. */
const deletesAtOnce = 8

const typeOf = ({ headers }: Response) => headers.get('content-type') ?? 'application/octet-stream'

/** `bytes 0-1/10` names the size of the whole (RFC 9110, section 14.4). */
const sizeOf = ({ headers }: Response) =>
  Number(headers.get('content-range')?.split('/')[1] ?? headers.get('content-length'))

/** A body that fails when nothing comes for some time, so that a store that falls silent holds nobody. */
const whileComing = (
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  milliseconds: number,
  giveUp: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const reader = body.getReader()
  return new ReadableStream({
    pull: async (controller) => {
      const timer = setTimeout(giveUp, milliseconds)
      try {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      } finally {
        clearTimeout(timer)
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
}

/** Any store that speaks S3, by path. */
export const createS3Blobs = (options: S3Options): Blobs => {
  const { endpoint, bucket, timeoutSeconds, ...keys } = options
  const client = new AwsClient({ ...keys, service: 's3' })
  const addressOf = (key: string) => `${endpoint}/${bucket}/${key}`
  const milliseconds = timeoutSeconds * 1000

  /** @param accepted statuses beside those of success */
  const call = async (key: string, init: RequestInit, accepted: number[] = []) => {
    const request = await client.sign(addressOf(key), init)
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), milliseconds)
    try {
      const response = await fetch(request, { signal: abort.signal, redirect: 'manual' })
      if (response.ok || accepted.includes(response.status)) return { response, abort }
      // Not its words: they name the bucket and the key.
      await response.body?.cancel()
      throw new Error(`The blob store answered ${response.status}.`)
    } finally {
      clearTimeout(timer)
    }
  }
  const discard = async (key: string, init: RequestInit, accepted?: number[]) => {
    const { response } = await call(key, init, accepted)
    await response.body?.cancel()
    return response
  }

  return {
    put: async (key, bytes, contentType) => {
      await discard(key, { method: 'PUT', body: bytes, headers: { 'content-type': contentType } })
    },
    get: async (key, range) => {
      const headers = range && { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }
      const { response, abort } = await call(key, { method: 'GET', ...(headers && { headers }) }, [404])
      if (response.status === 404 || !response.body) {
        await response.body?.cancel()
        return undefined
      }
      const body = whileComing(response.body, milliseconds, () => abort.abort())
      return { body, contentType: typeOf(response), size: sizeOf(response) }
    },
    head: async (key) => {
      const response = await discard(key, { method: 'HEAD' }, [404])
      return response.status === 404 ? undefined : { size: sizeOf(response), contentType: typeOf(response) }
    },
    delete: async (keys) => {
      for (let from = 0; from < keys.length; from += deletesAtOnce) {
        const batch = keys.slice(from, from + deletesAtOnce)
        await Promise.all(batch.map((key) => discard(key, { method: 'DELETE' }, [404])))
      }
    },
    signUpload: async (key, { contentType, bytes, seconds }) => {
      const headers = { 'content-type': contentType, 'content-length': String(bytes) }
      const address = new URL(addressOf(key))
      address.searchParams.set('X-Amz-Expires', String(seconds))
      const aws = { signQuery: true, allHeaders: true }
      const { url } = await client.sign(address, { method: 'PUT', headers, aws })
      return { method: 'PUT', url, headers }
    },
  }
}
