import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import postgres from 'postgres'
import * as z from 'zod'
import { makeTemporaryFolder } from '../support/folders'
import { get, logIn, post, registerAccount } from './account'
import { endWaits, waitUntil } from './queue-rows'
import { openRealDatabase } from './real-postgres'
import { runCommand, startServer } from './server-process'

const resources = new AsyncDisposableStack()
afterAll(() => resources.disposeAsync())

const Organization = z.object({ id: z.string() })
const Verified = z.object({
  sealed: z.number(),
  unsealed: z.number(),
  faults: z.array(z.unknown()),
  keys: z.array(z.string()),
})

/** A log-in that is nothing but Postern: see docs/audit.md. */
const openAsPostern = async () => {
  const database = resources.use(await openRealDatabase())
  const name = `postern_${crypto.randomUUID().slice(0, 8)}`
  await database.sql.unsafe(`create role ${name} login in role postern_app`)
  resources.defer(async () => {
    const { sql } = database
    await sql.unsafe(`drop owned by ${name}; drop role ${name}`)
  })
  const url = Object.assign(new URL(database.url), { username: name }).href
  const own = postgres(url, { max: 1, onnotice: () => {} })
  resources.defer(() => own.end({ timeout: 1 }))
  return { database, own, settings: { DATABASE_URL: url, DATA_DIRECTORY: makeTemporaryFolder() } }
}

test('Postern works in a role that can’t change the record: log-ins, organizations, erasures and seals', async () => {
  const { database, own, settings } = await openAsPostern()
  const { sql } = database
  const { url } = resources.use(await startServer(settings))
  expect((await get(url, '/health/ready')).status).toBe(200)
  const ada = await registerAccount(url)
  await sql`update "user" set email_verified_at = now()`
  const { accessToken } = await logIn(url, ada.email)
  const { id } = Organization.parse(
    await (await post(url, '/organizations', { name: 'Engines', slug: 'engines' }, accessToken)).json(),
  )
  expect((await get(url, `/v1/organizations/${id}/members`, accessToken)).status).toBe(200)
  expect((await post(url, `/organizations/${id}/teams`, { name: 'Readers' }, accessToken)).status).toBe(201)

  const erased = await registerAccount(url)
  expect(await runCommand(settings, 'users', 'delete', erased.email, '--yes')).toMatchObject({ exitCode: 0 })
  const [erasure] = await sql`select id from erasure`
  expect(await runCommand(settings, 'erasures', 'run', String(erasure?.id), '--yes')).toMatchObject({ exitCode: 0 })
  await waitUntil(
    async () => {
      await endWaits(sql)
      return (await sql`select from audit_event where type = 'account.erased'`).count === 1
    },
    60,
    () => sql`select name, state::text, output from pgboss.job where state <> 'completed'`,
  )
  await sql`insert into pgboss.job (name, data) values ('maintain-audit-record', jsonb_build_object('payload', '{}'::jsonb,
    'cause', jsonb_build_object('requestId', 'test', 'at', now(), 'ipAddress', null, 'userAgent', null)))`
  const seal =
    () => sql`insert into pgboss.job (name, data) values ('seal-audit-record', jsonb_build_object('payload', '{}'::jsonb,
    'cause', jsonb_build_object('requestId', 'test', 'at', now(), 'ipAddress', null, 'userAgent', null)))`
  const verify = async () =>
    Verified.parse(JSON.parse((await runCommand(settings, 'audit', 'verify', '--json')).output))
  await waitUntil(async () => {
    await seal()
    await Bun.sleep(500)
    return (await verify()).unsealed === 0
  }, 60)
  expect(await verify()).toMatchObject({ faults: [] })
  const failed =
    await sql`select name, output from pgboss.job where state in ('retry', 'failed') and name like '%audit%'`
  expect([...failed]).toEqual([])

  const refused = (run: () => PromiseLike<unknown>) =>
    expect((async () => run())()).rejects.toThrow(/permission denied|append-only|must be owner|kept for longer/)
  const changes = [
    "update audit_event set type = 'another'",
    'update audit_event set ip_address = $$192.0.2.1$$',
    'delete from audit_event',
    'truncate audit_event',
    "update audit_seal set statement = ''",
    'delete from audit_seal',
    'truncate audit_seal',
    'update audit_retention set months = 0',
    'delete from audit.security',
    'drop table audit.security',
    'alter table audit_event disable trigger all',
    "select audit.drop_expired('security', now())",
  ]
  for (const change of changes) await refused(() => own.unsafe(change))
  // Whoever owns the tables meets the triggers.
  for (const change of changes.slice(0, 7)) await refused(() => sql.unsafe(change))
  await refused(() => sql`update audit.security_before set type = 'another'`)
  await own`update audit_event set ip_address = null, user_agent = null, place = null, personal_salt = null`
  expect(await verify()).toMatchObject({ faults: [] })

  const folder = makeTemporaryFolder()
  const path = join(folder, 'record.ndjson')
  expect(await runCommand(settings, 'audit', 'export', '--file', path)).toMatchObject({ exitCode: 0 })
  const whole = await runCommand({}, 'audit', 'verify', '--file', path, '--json')
  expect(whole).toMatchObject({ exitCode: 0 })
  const key = String(Verified.parse(JSON.parse(whole.output)).keys[0])
  const lines = (await Bun.file(path).text()).split('\n')
  // The first seal may be over few.
  const at = lines.findIndex((line) => line.startsWith('{"record"'))
  const { record } = JSON.parse(lines[at] ?? '')
  const changed = join(folder, 'changed.ndjson')
  await Bun.write(changed, lines.with(at, JSON.stringify({ record: { ...record, type: 'another' } })).join('\n'))
  const found = await runCommand({}, 'audit', 'verify', '--file', changed, '--key', key)
  expect(found).toMatchObject({
    exitCode: 1,
    output: '',
    errors: expect.stringContaining(`${record.id}, altered, security, seal 1`),
  })
  for (const nothing of [join(folder, 'none'), new URL(import.meta.url).pathname]) {
    expect(await runCommand({}, 'audit', 'verify', '--file', nothing)).toMatchObject({ exitCode: 2, output: '' })
  }
  const proof = await runCommand(settings, 'audit', 'prove', record.id)
  const proofPath = join(folder, 'proof.json')
  await Bun.write(proofPath, proof.output)
  const check = (...words: string[]) => runCommand({}, 'audit', 'verify', '--proof', proofPath, ...words)
  expect(await check('--key', key)).toMatchObject({ exitCode: 0 })
  expect(await check('--key', 'another')).toMatchObject({ exitCode: 1 })
  expect(await check()).toMatchObject({ exitCode: 2 })
}, 240_000)
