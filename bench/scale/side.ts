import type postgres from 'postgres'
import * as z from 'zod'
import { parseConfig } from '#core/config'
import { makeRefreshToken } from '#features/sessions/refresh-token'
import { post, registerAccount, Tokens } from '../../test/runtimes/account'
import type { RealDatabase } from '../../test/runtimes/real-postgres'
import { type ServerProcess, secret, startServer } from '../../test/runtimes/server-process'
import { concurrency } from '../rate'
import { inParallel } from './in-parallel'
import type { Scale } from './people'

/** As many on both sides, so that servers remember as many tokens: half of a thousand accounts' sessions that go on. */
const readers = 2000
/** Whose sessions end meanwhile. */
const leavers = 2000

/** Somebody with a session that was there before the server started. */
export interface Person {
  email: string
  refreshToken: string
  accessToken: string
}

/** One of the databases that are compared, with its server. */
export interface Side {
  name: string
  scale: Scale
  database: RealDatabase
  server: ServerProcess
  /** The next one of the people, who were picked at random from all: after the last the first again. */
  next: () => Person
  /** Somebody whose session may end, each once. */
  leave: () => Person
  /** The token of somebody who may search for others. */
  staffToken: string
}

const Sampled = z.array(z.object({ id: z.string(), counter: z.number(), email: z.string() }))

/** Live sessions at random from all over the table, in any order. */
const sample = async (sql: postgres.Sql, count: number, { sessions }: Scale) => {
  const percent = Math.min(100, (100 * 2 * count) / sessions)
  return Sampled.parse(
    await sql.unsafe(`
      select * from (
        select session.id, session.counter, email from session tablesample bernoulli (${percent})
        join "user" on "user".id = user_id
        where revoked_at is null and expires_at > now() + interval '1 day' and absolute_expires_at > now() + interval '1 day'
          and banned_at is null
      ) live order by random() limit ${count}`),
  )
}

/** A server's settings, in a process or in this one. */
const readConfig = () => {
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: secret })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  return parsed.config
}

/** Refreshes the session of somebody, who goes on with the tokens of the answer. */
export const refreshPerson = async (url: string, person: Person): Promise<void> => {
  const response = await post(url, '/auth/refresh', { refreshToken: person.refreshToken })
  if (!response.ok) throw new Error(`A refresh was answered with ${response.status}: ${await response.text()}`)
  Object.assign(person, Tokens.parse(await response.json()))
}

const findPeople = async ({ sql }: RealDatabase, scale: Scale): Promise<Person[]> => {
  const config = readConfig()
  const sampled = await sample(sql, readers + leavers, scale)
  return Promise.all(
    sampled.map(async ({ id, counter, email }) => ({
      email,
      accessToken: '',
      refreshToken: await makeRefreshToken({ config }, { sessionId: id, counter }),
    })),
  )
}

const appointStaff = async (url: string, { sql }: RealDatabase): Promise<string> => {
  const { email, accessToken } = await registerAccount(url)
  await sql`insert into role_assignment (user_id, role, created_at) select id, 'admin', now() from "user" where email = ${email}`
  return accessToken
}

/** Whoever searches shows one factor: the second one is another bench's affair. */
export const staffSettings = { MFA_REQUIRED_ROLES: ' ' }

const settings = {
  ...staffSettings,
  LOG_LEVEL: 'warn',
  WORK_JOBS: 'off',
  ACCESS_TOKEN_SECONDS: '7200',
  ACCESS_TOKEN_JITTER_PERCENT: '0',
}

/** Starts a server on a loaded database, and refreshes whoever takes part: that is what warms it up. */
export const openSide = async (name: string, scale: Scale, database: RealDatabase): Promise<Side & AsyncDisposable> => {
  const server = await startServer({ DATABASE_URL: database.url, ...settings })
  const people = await findPeople(database, scale)
  await inParallel(people.length, concurrency, async (at) => {
    const person = people[at]
    if (person) await refreshPerson(server.url, person)
  })
  const leaving = people.splice(0, Math.min(leavers, people.length / 2))
  let turn = 0
  const mustBe = (person: Person | undefined): Person => {
    if (!person) throw new Error(`Nobody is left in the database “${name}”.`)
    return person
  }
  return {
    ...{ name, scale, database, server },
    staffToken: await appointStaff(server.url, database),
    next: () => mustBe(people[turn++ % people.length]),
    leave: () => mustBe(leaving.pop()),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
