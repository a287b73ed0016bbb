import { expect, test } from 'bun:test'
import * as z from 'zod'
import { makeTemporaryFolder } from '../support/folders'
import { logIn, registerAccount } from './account'
import { endWaits, waitUntil } from './queue-rows'
import { openRealDatabase } from './real-postgres'
import { runCommand, startServer } from './server-process'
import { startCrew } from './worker-crew'

const count = 6000
const Asked = z.object({ operation: z.object({ id: z.string() }) })

const file = (order: 'forth' | 'back') => {
  const rows = Array.from({ length: count }, (_, at) => `${JSON.stringify({ email: `crew-${at}@example.com` })}\n`)
  return (order === 'forth' ? rows : rows.toReversed()).join('')
}

test('many workers at the same imports of the same people make each of them once', async () => {
  await using database = await openRealDatabase()
  const { sql } = database
  const usual = { DATABASE_URL: database.url, DATA_DIRECTORY: makeTemporaryFolder(), MFA_REQUIRED_ROLES: 'nobody' }
  const settings = { ...usual, WORK_JOBS: 'off' }
  await using server = await startServer(settings)
  const { email } = await registerAccount(server.url)
  await runCommand(settings, 'roles', 'grant', email, 'admin')
  const { accessToken } = await logIn(server.url, email)
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/x-ndjson' }
  for (const order of ['forth', 'back'] as const) {
    const answer = await fetch(`${server.url}/v1/admin/imports`, { method: 'POST', headers, body: file(order) })
    Asked.parse(await answer.json())
  }
  // Each has four jobs, as after deaths whose workers live on.
  for (let times = 0; times < 2; times += 1) {
    await sql`
      insert into pgboss.job (name, data, dead_letter, policy, retry_limit, retry_delay, retry_backoff, expire_seconds, keep_until)
      select name, data, dead_letter, policy, retry_limit, 1, true, expire_seconds, keep_until from pgboss.job
      where name = 'run-bulk-operation'`
  }
  await using crew = await startCrew(usual, 3)
  const stand = () =>
    sql`select state, rows_done as done, rows_failed as failed from bulk_operation order by created_at`
  await waitUntil(
    async () => {
      await endWaits(sql)
      return (await stand()).every(({ state }) => state === 'finished')
    },
    90,
    stand,
  )
  const rows = await stand()
  expect(rows.map(({ done, failed }) => done + failed)).toEqual([count, count])
  expect(rows.reduce((sum, { done }) => sum + done, 0)).toBe(count)
  const [made] = await sql`
    select count(*)::integer as events, count(distinct user_id)::integer as people from audit_event
    where type = 'account.created'`
  expect(made).toEqual({ events: count, people: count })
  expect(crew.errors()).toBe('')
}, 120_000)
