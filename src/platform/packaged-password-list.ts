import type { PasswordList } from '#core/platform'
import { createPasswordList, toListed } from './password-list'

/** Shorter ones are refused for their length. */
const shortest = 8

/** The passwords that people choose most and that are long enough for us: sorted, one a line. */
export const readPackagedPasswords = async (): Promise<string> => {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const longEnough = dictionary['passwords-common'].map(toListed).filter((password) => password.length >= shortest)
  return [...new Set(longEnough)].sort().join('\n')
}

/** The list of the package, loaded at the first use: a start doesn't pay for it. */
export const createPackagedPasswordList = (): PasswordList => createPasswordList(readPackagedPasswords)
