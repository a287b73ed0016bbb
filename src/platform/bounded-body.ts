import { joinBytes } from '#core/join-bytes'

/**
 * Reads a body as it comes, and stops as soon as it has more than `most` bytes, whatever was announced.
 * @returns undefined for one that is larger
 */
export const readAtMost = async (
  { headers, body }: Response,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const reader = body?.getReader()
  if (Number(headers.get('content-length')) > most) {
    await reader?.cancel()
    return undefined
  }
  const parts: Uint8Array[] = []
  let size = 0
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    size += read.value.byteLength
    if (size > most) {
      await reader?.cancel()
      return undefined
    }
    parts.push(read.value)
  }
  return joinBytes(parts)
}
