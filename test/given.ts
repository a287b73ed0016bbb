import { tokenIn, waitForMail } from './support/mailbox'
import { noteSecret } from './support/secrets'
import type { Server } from './support/server'
import { Registered, TokenSet } from './support/shapes'

export interface Account {
  email: string
  password: string
}

export interface Person extends Account, TokenSet {}

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
const verificationToken = async (server: Server, email: string): Promise<string> => {
  const token = tokenIn(await waitForMail(server, email, 'verify-email'))
  noteSecret(token)
  return token
}

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

/** Fixtures, made through the front door of a server: nothing is shared between two calls. */
export const given = { account, verificationToken, provedAccount, session, person, newcomer, refreshed }
