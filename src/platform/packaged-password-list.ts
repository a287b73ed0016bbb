import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { PasswordList } from '#core/platform'
import { createPasswordList, toListed } from './password-list'

/** Shorter ones are refused for their length. */
const shortest = 8

const Passwords = z.array(z.string())

/**
 * The passwords that people choose most and that are long enough for us: sorted, one a line. They are read from the package's file:
 * its module would stay for good, and all its dictionaries with it.
 */
export const readPackagedPasswords = async (): Promise<string> => {
  const file = fileURLToPath(import.meta.resolve('@zxcvbn-ts/language-common/src/passwords.json'))
  const longEnough = Passwords.parse(await Bun.file(file).json())
    .map(toListed)
    .filter((password) => password.length >= shortest)
  return [...new Set(longEnough)].sort().join('\n')
}

/** The list of the package, loaded at the first use: a start doesn't pay for it. */
export const createPackagedPasswordList = (): PasswordList => createPasswordList(readPackagedPasswords)
