import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type postgres from 'postgres'
import { type Account, newAddress, password, registerAccount } from '../../test/runtimes/account'
import { startServer } from '../../test/runtimes/server-process'
import { concurrency } from '../rate'
import { account, session, user, verification } from './entries/better-auth-schema'
import { baseUrl } from './variables'

const people = Array.from({ length: concurrency }, (_, index) => index)

/** Registers as many people as ask at once, by a server on the same database. */
export const registerPeople = async (databaseUrl: string): Promise<Account[]> => {
  await using server = await startServer({ DATABASE_URL: databaseUrl, BASE_URL: baseUrl, WORK_JOBS: 'off' })
  return await Promise.all(people.map(() => registerAccount(server.url)))
}

const toColumn = (column: PgColumn): string =>
  `"${column.name}" ${column.getSQLType()}${column.primary ? ' primary key' : ''}${column.isUnique ? ' unique' : ''}`

const toTable = (table: PgTable): string => {
  const { name, columns } = getTableConfig(table)
  return `create table "${name}" (${columns.map(toColumn).join(', ')})`
}

/** Makes the tables of better-auth without its plugins. */
export const createTables = async (sql: postgres.Sql): Promise<void> => {
  for (const table of [user, session, account, verification]) await sql.unsafe(toTable(table))
  await sql`create index on session ("userId")`
}

const signUp = async (url: string): Promise<string> => {
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ada', email: newAddress(), password }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`A sign-up was answered ${response.status}: ${text}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** Signs people up at better-auth, one after the other. @returns the cookie of each */
export const signPeopleUp = async (url: string): Promise<string[]> => {
  const cookies: string[] = []
  while (cookies.length < people.length) cookies.push(await signUp(url))
  return cookies
}

/** Tokens of a stranger, and the key that they are verified with. */
export const signTokens = async (): Promise<{ jwk: string; tokens: string[] }> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
  const sign = (person: number) =>
    new SignJWT({ iss: baseUrl, aud: baseUrl, sub: `person ${person}` })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt' })
      .setExpirationTime('1 hour')
      .sign(privateKey)
  const jwk = JSON.stringify({ ...(await exportJWK(publicKey)), alg: 'EdDSA' })
  return { jwk, tokens: await Promise.all(people.map(sign)) }
}
