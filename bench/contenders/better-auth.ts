import { createHmac } from 'node:crypto'
import * as z from 'zod'
import { newAddress, password } from '../../test/runtimes/account'
import { openEmptyRealDatabase } from '../../test/runtimes/real-postgres'
import { type Answer, requestText } from '../load/connection'
import { askAll, type Lane, ofPerson, people, type Server, type Through } from '../load/lane'
import { betterAuthPaths, betterAuthSecret } from '../servers/better-auth-words'
import { names } from './names'
import { startProcess } from './start-process'

const { plain, cached, renewing, jwt } = betterAuthPaths

const signUp = (email: string) => requestText(`POST ${plain}/sign-up/email`, { json: { email, password, name: '' } })

const headerOf = ({ head }: Answer, name: string): string[] =>
  [...head.matchAll(new RegExp(`^${name}: ([^\\r]*)`, 'gim'))].map(([, value = '']) => value)

const cookiesOf = (answer: Answer): string =>
  headerOf(answer, 'set-cookie')
    .map((line) => line.split(';')[0])
    .join('; ')

/** A session's token as it hands it out: with its HMAC. */
const sign = (token: string) => `${token}.${createHmac('sha256', betterAuthSecret).update(token).digest('base64')}`

const Jwt = z.object({ token: z.string() })

/** Its operations, each person with an account. */
const lanesOf = async (server: Server, contender: string): Promise<Lane[]> => {
  const emails = Array.from({ length: people }, newAddress)
  const signedUp = await askAll(server.url, emails.map(signUp))
  const tokens = signedUp.map((answer) => decodeURIComponent(headerOf(answer, 'set-auth-token')[0] ?? ''))
  const [first = ''] = tokens
  if (sign(first.split('.')[0] ?? '') !== first) throw new Error(`better-auth signs in another way: ${first}`)
  const withToken = (route: string) => (person: number) =>
    requestText(route, { bearer: ofPerson(tokens, person), ...(route.startsWith('POST') && { json: {} }) })
  const askEach = (route: string) =>
    askAll(
      server.url,
      tokens.map((_, person) => withToken(route)(person)),
    )
  let cookies: string[] = []
  let jwts: string[] = []
  let leaving: string[] = []
  const lane = { contender, server, status: 200 }
  return [
    { ...lane, operation: 'register', hashes: true, next: () => signUp(newAddress()) },
    {
      ...{ ...lane, operation: 'log in', hashes: true },
      next: (person) =>
        requestText(`POST ${plain}/sign-in/email`, { json: { email: ofPerson(emails, person), password } }),
    },
    { ...lane, operation: 'session check', next: withToken(`GET ${plain}/get-session`) },
    {
      ...{ ...lane, contender: names.cookieCache, operation: 'token check' },
      prepare: async () => {
        const answers = await askEach(`GET ${cached}/get-session`)
        cookies = answers.map((answer, person) => {
          const session = cookiesOf(ofPerson(signedUp, person)).split('; ')[0]
          return `${session}; ${cookiesOf(answer)}`
        })
      },
      next: (person) => requestText(`GET ${cached}/get-session`, { cookie: ofPerson(cookies, person) }),
    },
    {
      ...{ ...lane, contender: names.jwt, operation: 'token check' },
      prepare: async () => {
        jwts = (await askEach(`GET ${plain}/token`)).map(({ body }) => Jwt.parse(JSON.parse(body)).token)
      },
      next: (person) => requestText(`GET ${jwt}`, { bearer: ofPerson(jwts, person) }),
    },
    { ...lane, operation: 'refresh', next: withToken(`GET ${renewing}/get-session`) },
    {
      ...{ ...lane, operation: 'log out' },
      prepare: async (requests) => {
        const made = Array.from({ length: requests }, () => crypto.randomUUID())
        leaving = made.map(sign)
        await server.sql`
          insert into session (id, "expiresAt", token, "updatedAt", "userId", "ipAddress", "userAgent")
          select token, now() + interval '7 days', token, now(), (select id from "user" limit 1), '', ''
          from unnest(${made}::text[]) token`
      },
      next: () => {
        const bearer = leaving.pop()
        return bearer === undefined ? undefined : requestText(`POST ${plain}/sign-out`, { json: {}, bearer })
      },
    },
  ]
}

/**
 * Starts better-auth on a database of its own and gives its operations: with its adapter for drizzle on postgres.js, or the one
 * that it brings, on pg. What needs no database is measured with the first alone.
 */
export const openBetterAuth = async (
  resources: AsyncDisposableStack,
  contender: typeof names.drizzle | typeof names.pg,
  through?: Through,
): Promise<Lane[]> => {
  const database = resources.use(await openEmptyRealDatabase())
  const url = (await through?.(database.url)) ?? database.url
  const driver = contender === names.pg ? 'pg' : 'postgres.js'
  const server = { ...(await startProcess(resources, 'better-auth', url, driver)), sql: database.sql }
  const lanes = await lanesOf(server, contender)
  return contender === names.pg ? lanes.filter(({ operation }) => operation !== 'token check') : lanes
}
