import * as z from 'zod'

/** Ten years: longer than anything here should live, and well within what dates and timers can say. */
const mostSeconds = 315_360_000

/** A whole number. All its checks at once: each of `.int().min().max()` would copy what is there, at every start. */
export const count = (fallback: number, { least = 1, most = 1_000_000 } = {}) =>
  z.coerce.number().check(z.int(), z.gte(least), z.lte(most)).default(fallback)

/** A duration in whole seconds. */
export const seconds = (fallback: number, most = mostSeconds) => count(fallback, { most })

/** A text that is either left out or says something. */
export const optionalText = z.string().min(1).optional()

/** What is on unless it is switched off. */
export const onUnlessOff = z.enum(['on', 'off']).default('on')

/** An http or https address without a slash at its end. */
export const httpUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((url) => !/[?#]/.test(url) && new URL(url).username === '' && new URL(url).password === '', {
    error: 'may have no user, query or fragment',
  })
  .transform((url) => url.replace(/\/$/, ''))

/** The parts of a list that is separated by commas. */
export const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Whether it is a scheme of a program's own (RFC 8252, section 7.1): the reverse of a domain, so there is a dot in it. */
export const isPrivateScheme = (text: string): boolean => /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(text)
