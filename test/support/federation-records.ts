import { expect } from 'bun:test'
import postgres from 'postgres'

const url = process.env.TEST_DATABASE_URL

let connected: ReturnType<typeof postgres> | undefined

/** The database of the target, where it is one that others can look into. */
const database = () => {
  if (url) connected ??= postgres(url, { max: 1, idle_timeout: 1, onnotice: () => {} })
  return connected
}

interface Answered {
  headers: Headers
}

/** Holds what a request was answered to be recorded with this reason, where the target's records can be read. */
export const expectRecordedRefusal = async (answered: Answered | undefined, provider: string, reason: string) => {
  const sql = database()
  if (!sql) return
  const requestId = answered?.headers.get('x-request-id') ?? ''
  const rows = await sql`select data from audit_event where request_id = ${requestId} and type = 'federation.refused'`
  expect(rows.map(({ data }) => data)).toEqual([{ provider, reason }])
}

/** Holds somebody at a provider to be linked to no account, where the target's database can be looked into. */
export const expectUnlinked = async ({ sub }: { sub: string }) => {
  const sql = database()
  if (sql) expect(await sql`select provider from identity where subject = ${sub}`).toHaveLength(0)
}
