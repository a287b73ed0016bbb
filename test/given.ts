import { codeIn, listMails, tokenIn, waitForMail } from './support/mailbox'
import { type Challenge, challengeIn, RecoveryCodes, TotpSecret, verifyTotp } from './support/second-factors'
import { noteSecret } from './support/secrets'
import type { Reply } from './support/send'
import type { Server } from './support/server'
import { type Mail, Registered, TokenSet } from './support/shapes'
import { openTotpApp, stepAt, type TotpApp, totpCode } from './support/totp'

export interface Account {
  email: string
  password: string
}

export interface Person extends Account, TokenSet {}

/** Someone whose account has an authenticator app. */
export interface Guarded extends Person {
  app: TotpApp
  recoveryCodes: string[]
}

export const freshEmail = (): string => `person-${crypto.randomUUID()}@example.com`

/** A different one each time, so that it is certain where it was found. */
export const freshPassword = (): string => `Correct horse ${crypto.randomUUID()}`

const expectStatus = (status: number, expected: number, text: string) => {
  if (status !== expected) throw new Error(`Expected ${expected}, not ${status}: ${text}`)
}

/** Registers an account whose address is not proved. */
const account = async (server: Server, fields: Record<string, string> = {}): Promise<Account> => {
  const credentials = { email: freshEmail(), password: freshPassword() }
  const reply = await server.send('POST /v1/auth/register', { json: { ...credentials, ...fields } })
  expectStatus(reply.status, 202, reply.text)
  return credentials
}

/** The newest token that was mailed to prove an address. */
const verificationToken = async (server: Server, email: string): Promise<string> =>
  tokenIn(await waitForMail(server, email, 'verify-email'))

/** Registers an account and proves its address. */
const provedAccount = async (server: Server, fields: Record<string, string> = {}): Promise<Account> => {
  const credentials = await account(server, fields)
  const token = await verificationToken(server, credentials.email)
  const reply = await server.send('POST /v1/auth/email/verify', { json: { token } })
  expectStatus(reply.status, 200, reply.text)
  return credentials
}

/** One more session of an account. */
const session = async (server: Server, { email, password }: Account): Promise<TokenSet> => {
  const reply = await server.send('POST /v1/auth/login', { json: { email, password } })
  expectStatus(reply.status, 200, reply.text)
  return TokenSet.parse(reply.json)
}

/** Someone with a proved account who is logged in. */
const person = async (server: Server, fields: Record<string, string> = {}): Promise<Person> => {
  const credentials = await provedAccount(server, fields)
  return { ...credentials, ...(await session(server, credentials)) }
}

/** Someone who registered where no proof is needed, which logs in at once. */
const newcomer = async (server: Server): Promise<Person> => {
  const credentials = { email: freshEmail(), password: freshPassword() }
  const reply = await server.send('POST /v1/auth/register', { json: credentials })
  expectStatus(reply.status, 201, reply.text)
  return { ...credentials, ...Registered.parse(reply.json).tokens }
}

/** The next tokens for a refresh token. */
const refreshed = async (server: Server, refreshToken: string): Promise<TokenSet> => {
  const reply = await server.send('POST /v1/auth/refresh', { json: { refreshToken } })
  expectStatus(reply.status, 200, reply.text)
  return TokenSet.parse(reply.json)
}

/** Asks for a mail and waits for it: the newest to the address, whatever came before. */
const mailFor = async (server: Server, email: string, template: string, ask: () => Promise<Reply>): Promise<Mail> => {
  const known = (await listMails(server, email)).filter((mail) => mail.template === template).length
  const reply = await ask()
  expectStatus(reply.status, 202, reply.text)
  return waitForMail(server, email, template, known + 1)
}

/** A new token that sets a password. */
const resetToken = async (server: Server, email: string): Promise<string> =>
  tokenIn(
    await mailFor(server, email, 'reset-password', () =>
      server.send('POST /v1/auth/password/forgot', { json: { email } }),
    ),
  )

/** A new link, by its token, and a new code that log in. */
const logInMail = async (server: Server, email: string): Promise<{ token: string; code: string }> => {
  const mail = await mailFor(server, email, 'log-in', () =>
    server.send('POST /v1/auth/email-link', { json: { email } }),
  )
  return { token: tokenIn(mail), code: codeIn(mail) }
}

/** A new token that moves the account of a session to another address. */
const emailChangeToken = async (
  server: Server,
  { accessToken }: Pick<TokenSet, 'accessToken'>,
  newEmail: string,
): Promise<string> =>
  tokenIn(
    await mailFor(server, newEmail, 'confirm-email', () =>
      server.send('POST /v1/me/email/change', { accessToken, json: { newEmail } }),
    ),
  )

/** Someone who proved their address by a mailed link, and so has no password: the one they registered with is dropped. */
const personWithoutPassword = async (server: Server): Promise<Omit<Person, 'password'>> => {
  const { email } = await account(server)
  const { token } = await logInMail(server, email)
  const reply = await server.send('POST /v1/auth/email-link/consume', { json: { token } })
  expectStatus(reply.status, 200, reply.text)
  return { email, ...TokenSet.parse(reply.json) }
}

/**
 * An authenticator app that counts, and the recovery codes if it is the first. It is confirmed by the code of the step
 * before this one, so that two new codes are left to log in with, or an older one to be refused.
 */
const totpApp = async (
  server: Server,
  { accessToken }: Pick<TokenSet, 'accessToken'>,
  name?: string,
): Promise<{ app: TotpApp; recoveryCodes: string[] }> => {
  const begun = await server.send('POST /v1/me/mfa/totp', { accessToken, json: name === undefined ? {} : { name } })
  expectStatus(begun.status, 200, begun.text)
  const { secret } = TotpSecret.parse(begun.json)
  noteSecret(secret)
  const confirm = async (step: number) => {
    const code = totpCode(secret, step)
    return { step, reply: await server.send('POST /v1/me/mfa/totp/confirm', { accessToken, json: { code } }) }
  }
  const first = await confirm(stepAt(new Date()) - 1)
  // The step may have ended under way.
  const { step, reply } = first.reply.status === 200 ? first : await confirm(stepAt(new Date()) - 1)
  expectStatus(reply.status, 200, reply.text)
  const recoveryCodes = RecoveryCodes.parse(reply.json).recoveryCodes ?? []
  for (const code of recoveryCodes) noteSecret(code, 'a recovery code')
  return { app: openTotpApp(secret, step), recoveryCodes }
}

/** Someone with a proved account who set up an authenticator app. Their session was raised by that. */
const personWithTotp = async (server: Server, fields: Record<string, string> = {}): Promise<Guarded> => {
  const someone = await person(server, fields)
  return { ...someone, ...(await totpApp(server, someone)) }
}

/** A log-in by password that waits for the second factor. */
const challenge = async (server: Server, { email, password }: Account): Promise<Challenge> =>
  challengeIn(await server.send('POST /v1/auth/login', { json: { email, password } }))

/** One more session of someone with an authenticator app, who shows a new code of it. */
const guardedSession = async (server: Server, { app, ...account }: Account & { app: TotpApp }): Promise<TokenSet> => {
  const reply = await verifyTotp(server, await challenge(server, account), app.next())
  expectStatus(reply.status, 200, reply.text)
  return TokenSet.parse(reply.json)
}

/** Fixtures, made through the front door of a server: nothing is shared between two calls. */
export const given = {
  account,
  verificationToken,
  provedAccount,
  session,
  person,
  newcomer,
  refreshed,
  resetToken,
  logInMail,
  emailChangeToken,
  personWithoutPassword,
  totpApp,
  personWithTotp,
  challenge,
  guardedSession,
}
