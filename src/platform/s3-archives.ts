import { AwsClient } from 'aws4fetch'
import type { ArchiveStore, StoredArchive } from '#core/archive-store'
import { inPieces } from './even-pieces'
import type { S3Options } from './s3-blobs'

/** Stores take at most 10,000 parts, R2 only equal ones, and each is in memory: so an archive may have 320 GB. */
const usualPartBytes = 32 * 1024 * 1024
const tries = 3
const millisecondsBetween = 1000

const textOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]

const unescapeXml = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')

/** @param prefix ends with a slash, or is empty */
const readListing = (xml: string, prefix: string): StoredArchive[] =>
  [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)]
    .map(([, content = '']) => ({
      name: unescapeXml(textOf(content, 'Key') ?? '').slice(prefix.length),
      bytes: Number(textOf(content, 'Size')),
    }))
    .filter(({ name }) => name !== '' && !name.includes('/'))

/**
 * Archives as objects of a bucket. One is uploaded in parts, and is there once the store has put them together; an upload that
 * is given up is aborted, and one of a process that died is the store’s to clear (a lifecycle rule).
 * @param prefix the folder in the bucket; may be empty
 * @param partBytes stores take no smaller ones than 5 MiB, but for the last
 */
export const createS3Archives = (options: S3Options, prefix: string, partBytes = usualPartBytes): ArchiveStore => {
  const { endpoint, bucket, timeoutSeconds, ...keys } = options
  const client = new AwsClient({ ...keys, service: 's3', retries: 0 })
  const folder = prefix === '' ? '' : `${prefix.replace(/^\/+|\/+$/g, '')}/`
  const addressOf = (name: string) => `${endpoint}/${bucket}/${folder}${name}`

  const callOnce = async (address: string, init: RequestInit, milliseconds: number): Promise<Response> => {
    const request = await client.sign(address, init)
    const response = await fetch(request, { signal: AbortSignal.timeout(milliseconds), redirect: 'manual' })
    if (response.ok) return response
    await response.body?.cancel()
    // Not its words: they name the bucket and the key.
    throw new Error(`The store of backups answered ${response.status}.`)
  }
  /** Asks again after a failure: what is asked for here may be done twice. */
  const call = async (address: string, init: RequestInit, milliseconds = timeoutSeconds * 1000): Promise<Response> => {
    for (let left = tries; ; left -= 1) {
      try {
        return await callOnce(address, init, milliseconds)
      } catch (error) {
        if (left === 1) throw error
        await new Promise((resolve) => setTimeout(resolve, millisecondsBetween))
      }
    }
  }

  const begin = async (address: string): Promise<string> => {
    const headers = { 'content-type': 'application/octet-stream' }
    const answer = await call(`${address}?uploads=`, { method: 'POST', headers })
    const upload = textOf(await answer.text(), 'UploadId')
    if (!upload) throw new Error('The store of backups began no upload.')
    return `${address}?uploadId=${encodeURIComponent(unescapeXml(upload))}`
  }

  const putPart = async (upload: string, number: number, body: Uint8Array<ArrayBuffer>): Promise<string> => {
    // A slow line may take its time for a part: a minute beside the usual deadline.
    const address = `${upload}&partNumber=${number}`
    const answer = await call(address, { method: 'PUT', body }, timeoutSeconds * 1000 + 60_000)
    await answer.body?.cancel()
    const tag = answer.headers.get('etag')
    if (!tag) throw new Error('The store of backups gave a part no tag.')
    return `<Part><PartNumber>${number}</PartNumber><ETag>${tag.replaceAll('"', '&quot;')}</ETag></Part>`
  }

  const finish = async (upload: string, parts: string[]) => {
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
    const answer = await call(upload, { method: 'POST', body, headers: { 'content-type': 'application/xml' } })
    // It may answer 200 and then say in the body that it failed.
    if (!/<CompleteMultipartUploadResult/.test(await answer.text()))
      throw new Error('The store of backups did not finish the upload.')
  }

  return {
    placeOf: (name) => `s3://${bucket}/${folder}${name}`,
    list: async () => {
      const found: StoredArchive[] = []
      for (let token = ''; ; ) {
        const query = new URLSearchParams({
          'list-type': '2',
          prefix: folder,
          ...(token && { 'continuation-token': token }),
        })
        const xml = await (await call(`${endpoint}/${bucket}?${query}`, { method: 'GET' })).text()
        found.push(...readListing(xml, folder))
        token = unescapeXml(textOf(xml, 'NextContinuationToken') ?? '')
        if (token === '') return found
      }
    },
    write: async (name, pieces) => {
      const upload = await begin(addressOf(name))
      try {
        const parts: string[] = []
        let bytes = 0
        for await (const part of inPieces(pieces, partBytes)) {
          parts.push(await putPart(upload, parts.length + 1, part))
          bytes += part.length
        }
        await finish(upload, parts)
        return bytes
      } catch (error) {
        await call(upload, { method: 'DELETE' }).catch(() => {})
        throw error
      }
    },
    read: async function* (name) {
      const request = await client.sign(addressOf(name), { method: 'GET' })
      const answer = await fetch(request, { redirect: 'manual' })
      if (answer.status === 404) throw new Error(`There is no backup ${name}.`)
      if (!answer.ok || !answer.body) throw new Error(`The store of backups answered ${answer.status}.`)
      yield* answer.body
    },
    delete: async (name) => {
      const answer = await call(addressOf(name), { method: 'DELETE' })
      await answer.body?.cancel()
    },
  }
}
