import * as z from 'zod'
import { newAddress, password, Tokens } from '../../test/runtimes/account'
import { openRealDatabase } from '../../test/runtimes/real-postgres'
import { startServer } from '../../test/runtimes/server-process'
import { requestText } from '../load/connection'
import { askAll, type Lane, ofPerson, people, type Server, type Through } from '../load/lane'
import { names } from './names'

const Registered = z.object({ tokens: Tokens })

/** As one would run it, without limits, which the others have none of, and with its jobs left to another process. */
const settings = { RATE_LIMITS: 'off', LOG_LEVEL: 'warn', WORK_JOBS: 'off' }

export interface PosternOptions {
  /** The way to the database. */
  through?: Through
  more?: Record<string, string>
  contender?: string
}

const start = async (resources: AsyncDisposableStack, { through, more = {} }: PosternOptions): Promise<Server> => {
  const database = resources.use(await openRealDatabase())
  const DATABASE_URL = (await through?.(database.url)) ?? database.url
  const { url, pid } = resources.use(await startServer({ ...settings, ...more, DATABASE_URL }))
  return { url, pid, sql: database.sql }
}

const post = (path: string, json: object, bearer?: string) =>
  requestText(`POST /v1/auth/${path}`, { json, ...(bearer !== undefined && { bearer }) })

const registration = (email: string) => post('register', { email, password })

/** Starts Postern on a database of its own and gives its operations, each person with an account. */
export const openPostern = async (resources: AsyncDisposableStack, options: PosternOptions = {}): Promise<Lane[]> => {
  const server = await start(resources, options)
  const { contender = names.postern } = options
  const emails = Array.from({ length: people }, newAddress)
  const answers = await askAll(server.url, emails.map(registration))
  const tokens = answers.map(({ body }) => Registered.parse(JSON.parse(body)).tokens)
  /** Of sessions to log out of: what registrations and log-ins left. */
  const left = new Set<string>()
  let leaving: string[] = []
  const lane = { contender, server, status: 200 }
  const read = (path: string) => (person: number) =>
    requestText(`GET ${path}`, { bearer: ofPerson(tokens, person).accessToken })
  return [
    {
      ...{ ...lane, operation: 'register', status: 201, hashes: true },
      next: () => registration(newAddress()),
      take: (_, { body }) => left.add(Registered.parse(JSON.parse(body)).tokens.accessToken),
    },
    {
      ...{ ...lane, operation: 'log in', hashes: true },
      next: (person) => post('login', { email: ofPerson(emails, person), password }),
      take: (_, { body }) => left.add(Tokens.parse(JSON.parse(body)).accessToken),
    },
    { ...lane, operation: 'session check', next: read('/v1/me') },
    { ...lane, operation: 'token check', next: read('/v1/terms') },
    {
      ...{ ...lane, operation: 'refresh' },
      next: (person) => post('refresh', { refreshToken: ofPerson(tokens, person).refreshToken }),
      take: (person, { body }) => {
        tokens[person] = Tokens.parse(JSON.parse(body))
      },
    },
    {
      ...{ ...lane, operation: 'log out', status: 204 },
      prepare: async () => {
        // Sessions that were logged out of live again, since a password would have to be hashed for each new one.
        await server.sql`update session set revoked_at = null, revoked_because = null where revoked_because = 'logout'`
        leaving = [...left]
      },
      next: () => {
        const token = leaving.pop()
        return token === undefined ? undefined : post('logout', {}, token)
      },
    },
  ]
}
