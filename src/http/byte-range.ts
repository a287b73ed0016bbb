/** A part of something, in bytes. */
export interface ByteRange {
  offset: number
  length: number
}

/**
 * Reads `Range` (RFC 9110, section 14.2). Undefined: the whole is asked for, or more than one part, or nothing that we
 * understand, all of which are answered by the whole.
 * @param size of the whole, in bytes
 */
export const readRange = (header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { offset: size - length, length }
  }
  const [offset, end] = [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)]
  if (last !== '' && Number(last) < offset) return undefined
  return offset >= size ? 'unsatisfiable' : { offset, length: end - offset + 1 }
}

/** Whether a validator is in a list such as `If-None-Match` has (RFC 9110, section 13.1.2); weak ones count too. */
export const matchesAny = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag))
