export const shortestPassword = 8
export const longestPassword = 256

/** Below this a name is part of too many words. */
const shortestName = 4

export type PasswordFault = 'password_too_short' | 'password_too_long' | 'password_contains_email'

/** The form in which a password is hashed and compared: NFC, so that keyboards agree (NIST SP 800-63B-4, 3.1.1.2). */
export const normalizePassword = (password: string): string => password.normalize('NFC')

const characters = (text: string) => [...text].length

/** NFKC beside the case: wide letters spell the same name. */
const fold = (text: string) => text.normalize('NFKC').toLowerCase()

/** What of an address a password may not hold: its name, also without the tag, also without what separates its parts. */
const namesIn = (address: string): string[] => {
  const name = address.slice(0, address.lastIndexOf('@'))
  const untagged = name.replace(/\+.*/, '')
  const names = [name, untagged, untagged.replaceAll(/[._-]/g, '')]
  return [address, ...names.filter((name) => characters(name) >= shortestName)]
}

/** A password that is all in the address is guessed from it as easily: `lovelace` of `ada.lovelace@example.com`. */
const isOwnName = (password: string, email: string): boolean => {
  const [folded, address] = [fold(password), fold(email)]
  return address.includes(folded) || namesIn(address).some((name) => folded.includes(name))
}

/** What is wrong with a new password, if anything: its length in characters, or that it holds its owner's mail name. */
export const findPasswordFault = (password: string, email: string): PasswordFault | undefined => {
  const normal = normalizePassword(password)
  if (characters(normal) < shortestPassword) return 'password_too_short'
  if (characters(normal) > longestPassword) return 'password_too_long'
  return isOwnName(normal, email) ? 'password_contains_email' : undefined
}

export const passwordFaultMessages: Record<PasswordFault, string> = {
  password_too_short: `Use at least ${shortestPassword} characters.`,
  password_too_long: `Use at most ${longestPassword} characters.`,
  password_contains_email: 'Leave your e-mail address, and the name in it, out of the password.',
}
