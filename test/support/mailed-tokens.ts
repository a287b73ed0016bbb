import { freshEmail, freshPassword, given } from '../given'
import type { Reply } from './send'
import type { Server } from './server'

/** What a mailed token is for. */
export type Purpose = 'verify-email' | 'reset-password' | 'log-in' | 'change-email'

export const purposes: Purpose[] = ['verify-email', 'reset-password', 'log-in', 'change-email']

/** The page that the link of each mail opens. */
export const pageOf: Record<Purpose, string> = {
  'verify-email': '/verify-email',
  'reset-password': '/reset-password',
  'log-in': '/log-in',
  'change-email': '/confirm-email',
}

/** The template of the mail that brings each token. */
export const templateOf: Record<Purpose, string> = {
  'verify-email': 'verify-email',
  'reset-password': 'reset-password',
  'log-in': 'log-in',
  'change-email': 'confirm-email',
}

/** An account that waits for its proof, with one token of each purpose. EMAIL_VERIFICATION is optional there. */
export const givenTokens = async (server: Server) => {
  const { password: _, ...person } = await given.newcomer(server)
  const { email } = person
  const newEmail = freshEmail()
  const tokens: Record<Purpose, string> = {
    'verify-email': await given.verificationToken(server, email),
    'reset-password': await given.resetToken(server, email),
    'log-in': (await given.logInMail(server, email)).token,
    'change-email': await given.emailChangeToken(server, person, newEmail),
  }
  return { ...person, newEmail, tokens }
}

/** What each page posts to. */
export const routeOf: Record<Purpose, string> = {
  'verify-email': '/v1/auth/email/verify',
  'reset-password': '/v1/auth/password/reset',
  'log-in': '/v1/auth/email-link/consume',
  'change-email': '/v1/me/email/change/confirm',
}

/** Takes a token to the route of a purpose. */
export const useToken = (server: Server, purpose: Purpose, token: string): Promise<Reply> =>
  server.send(`POST ${routeOf[purpose]}`, {
    json: { token, ...(purpose === 'reset-password' && { newPassword: freshPassword() }) },
  })
