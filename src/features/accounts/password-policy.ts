export const shortestPassword = 8
export const longestPassword = 256

export type PasswordFault = 'password_too_short' | 'password_too_long' | 'password_contains_email'

/** The form in which a password is hashed and compared: NFC, so that keyboards agree (NIST SP 800-63B-4, 3.1.1.2). */
export const normalizePassword = (password: string): string => password.normalize('NFC')

const characters = (text: string) => [...text].length

/** What is wrong with a new password, if anything: its length in characters, or that it holds its owner's mail name. */
export const findPasswordFault = (password: string, email: string): PasswordFault | undefined => {
  const normal = normalizePassword(password)
  if (characters(normal) < shortestPassword) return 'password_too_short'
  if (characters(normal) > longestPassword) return 'password_too_long'
  const mailName = email.slice(0, email.lastIndexOf('@'))
  const holdsName = mailName.length >= 4 && normal.toLowerCase().includes(mailName)
  return holdsName ? 'password_contains_email' : undefined
}

export const passwordFaultMessages: Record<PasswordFault, string> = {
  password_too_short: `Use at least ${shortestPassword} characters.`,
  password_too_long: `Use at most ${longestPassword} characters.`,
  password_contains_email: 'Leave the name of your e-mail address out of the password.',
}
