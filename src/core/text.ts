import * as z from 'zod'

/** Control characters, line and paragraph separators, and the mark that a decoder leaves for broken bytes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const forbidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]/u

/** ASCII letters in lower case, all others as they are. */
export const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** Whether a text can be stored, mailed and put in a header as it is: one line, well-formed Unicode, no controls. */
export const isPlainText = (text: string): boolean => text.isWellFormed() && !forbidden.test(text)

/** The JSON pointer (RFC 6901) of a path. */
export const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** Deeper than anything we ask for; what is deeper costs its reader more than its sender. */
const deepest = 16

/** Pointers to the texts of a JSON value, keys included, that are not plain, and to what is nested without end. */
export const findUnplainTexts = (value: unknown, path: PropertyKey[] = []): string[] => {
  if (path.length > deepest) return [toPointer(path)]
  if (typeof value === 'string') return isPlainText(value) ? [] : [toPointer(path)]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    isPlainText(key) ? findUnplainTexts(member, [...path, key]) : [toPointer(path)],
  )
}

/** One line for people: trimmed, not empty, at most `maximum` characters. */
export const line = (maximum: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(maximum))
