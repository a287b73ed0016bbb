import * as z from 'zod'
import { newAddress, password } from '../../test/runtimes/account'
import { openEmptyRealDatabase } from '../../test/runtimes/real-postgres'
import { requestText } from '../load/connection'
import { askAll, type Lane, ofPerson, people, type Server, type Through } from '../load/lane'
import { names } from './names'
import { startProcess } from './start-process'

const Tokens = z.object({ token: z.string(), refreshToken: z.string() })

const signUp = (email: string) => requestText('POST /sign-up', { json: { email, password } })

/** Starts the hand-written server on a database of its own and gives its operations, each person with an account. */
export const openHandWritten = async (resources: AsyncDisposableStack, through?: Through): Promise<Lane[]> => {
  const database = resources.use(await openEmptyRealDatabase())
  const url = (await through?.(database.url)) ?? database.url
  const server: Server = { ...(await startProcess(resources, 'hand-written', url)), sql: database.sql }
  const emails = Array.from({ length: people }, newAddress)
  const answers = await askAll(server.url, emails.map(signUp))
  const tokens = answers.map(({ body }) => Tokens.parse(JSON.parse(body)))
  let leaving: string[] = []
  const lane = { contender: names.handWritten, server, status: 200 }
  return [
    { ...lane, operation: 'register', status: 201, hashes: true, next: () => signUp(newAddress()) },
    {
      ...{ ...lane, operation: 'log in', hashes: true },
      next: (person) => requestText('POST /sign-in', { json: { email: ofPerson(emails, person), password } }),
    },
    {
      ...{ ...lane, operation: 'session check' },
      next: (person) => requestText('GET /me', { bearer: ofPerson(tokens, person).token }),
    },
    {
      ...{ ...lane, operation: 'refresh' },
      next: (person) => requestText('POST /refresh', { json: { refreshToken: ofPerson(tokens, person).refreshToken } }),
      take: (person, { body }) => {
        tokens[person] = Tokens.parse(JSON.parse(body))
      },
    },
    {
      ...{ ...lane, operation: 'log out', status: 204 },
      prepare: async (requests) => {
        leaving = Array.from({ length: requests }, () => crypto.randomUUID())
        await server.sql`
          insert into login (digest, refresh_digest, person_id, expires_at)
          select sha256(token::bytea), sha256(('refresh' || token)::bytea), (select id from person limit 1),
            now() + interval '7 days'
          from unnest(${leaving}::text[]) token`
      },
      next: () => {
        const bearer = leaving.pop()
        return bearer === undefined ? undefined : requestText('POST /sign-out', { json: {}, bearer })
      },
    },
  ]
}
