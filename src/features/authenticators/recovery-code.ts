import type { CoreContext } from '#core/context'
import { hashToken } from '#core/secrets'

/** How many there are of a set. */
export const recoveryCodeCount = 10

/** Crockford's base32: no letter looks like a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
/** 80 bits: as a code is random, its SHA-256 can't be turned back. */
const length = 16

/** A code as people copy it: four groups of four. */
const newCode = (ctx: CoreContext): string => {
  const letters = [...ctx.random.bytes(length)].map((byte) => alphabet[byte % alphabet.length])
  return letters.join('').replaceAll(/.{4}(?=.)/g, '$&-')
}

/** A new set of codes; they are shown once and never stored. */
export const newRecoveryCodes = (ctx: CoreContext): string[] =>
  Array.from({ length: recoveryCodeCount }, () => newCode(ctx))

/** As it was written, whatever a person made of it: spaces, capitals, `O` for `0`, `I` and `L` for `1`. */
const normalize = (code: string): string =>
  code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')

/** What is stored of a code: its SHA-256 with the account, so that two accounts' codes have nothing in common. */
export const hashRecoveryCode = (userId: string, code: string): Promise<string> =>
  hashToken(`${userId}:${normalize(code)}`)

/** The codes as a text to be kept. */
export const toRecoveryText = (appName: string, codes: string[]): string =>
  [`Recovery codes for ${appName}`, '', ...codes, '', 'Each works once, in place of your second factor.', ''].join('\n')
