import { afterAll, expect, test } from 'bun:test'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { exportLines } from '#features/audit-trail/export-lines'
import { verifyExportedRecord } from '#features/audit-trail/verify-exported-record'
import { maintain, operatorOf, sealOnce, sealsOf, verify } from '../features/audit-trail/sealed-world'
import { registerAndLogIn } from '../features/people'
import { openWorld, type World } from '../platform'
import { makeTemporaryFolder } from '../support/folders'
import { tamper } from '../support/tamper'

/** Run against a real Postgres: TEST_DATABASE_URL. */
const total = Number(process.env.AUDIT_RECORDS ?? 1_000_000)
const mostSeconds = 60

const figures: Record<string, number> = {}
afterAll(() => console.log(JSON.stringify(figures)))

const timed = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
  const [start, used] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const { user, system } = process.cpuUsage(used)
  figures[name] = Math.round((performance.now() - start) / 100) / 10
  figures[`${name}, of the processor here`] = Math.round((user + system) / 100_000) / 10
  return result
}

const atOnce = 25_000

/** Events as Postern records them, with a salt and its digest each, one a second until now. */
const load = async (world: World) => {
  for (let first = 1; first <= total; first += atOnce) await world.db.script(events(first, first + atOnce - 1))
}

const events = (first: number, last: number) => `
  insert into audit_event (id, retention, outcome, credential, occurred_at, type, actor_kind, actor_id, user_id, session_id,
    request_id, ip_address, user_agent, place, personal_salt, personal_digest, data)
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
    case when n % 3 = 0 then 'activity' else 'security' end, 'done', 'session:' || md5('s' || n)::uuid, at,
    case when n % 3 = 0 then 'session.refreshed' else 'login.succeeded' end, 'user', md5('u' || n % 5000)::uuid::text,
    md5('u' || n % 5000)::uuid, md5('s' || n)::uuid, md5('r' || n)::uuid::text, ip, agent, 'Lutetia, Gallia, FR', salt,
    encode(sha256(convert_to(salt || json_build_array(ip, agent, 'Lutetia, Gallia, FR')::text, 'UTF8')), 'hex'),
    case when n % 3 = 0 then '{}'::jsonb else '{"method": "password"}'::jsonb end
  from generate_series(${first}, ${last}) n,
    lateral (select now() - (${total} - n) * interval '1 second' as at, '203.0.113.' || n % 250 as ip,
      'Mozilla/5.0 (X11; Linux x86_64) ' || n % 50 as agent, encode(sha256(convert_to('salt' || n, 'UTF8')), 'hex') as salt) made`

test('a million records are sealed, verified in less than a minute, and one that is changed is named', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  await maintain(world)
  await timed('loading', () => load(world))
  await world.db.script('analyze audit_event')
  await timed('sealing', async () => {
    // Whatever else is open on the server may hold the horizon for a while.
    while ((await sealsOf(world)).reduce((sum, { count }) => sum + count, 0) < total) await sealOnce(world)
  })
  const found = await timed('verifying the database', () => verify(world))
  console.log(found)
  expect(found).toMatchObject({ faults: [], unsealed: 0 })
  expect(found.sealed).toBeGreaterThanOrEqual(total)
  expect(figures['verifying the database']).toBeLessThan(mostSeconds)

  const path = join(makeTemporaryFolder(), 'record.ndjson')
  await timed('exporting', async () => {
    const file = createWriteStream(path)
    for await (const line of exportLines(operatorOf(world), { isPersonal: true })) {
      if (!file.write(`${line}\n`)) await new Promise<void>((resolve) => file.once('drain', () => resolve()))
    }
    await new Promise<void>((resolve) => file.end(resolve))
  })
  const lines = createInterface({ input: createReadStream(path) })
  const offline = await timed('verifying the export', () => verifyExportedRecord(lines))
  expect(offline).toEqual(found)
  expect(figures['verifying the export']).toBeLessThan(mostSeconds)

  const [victim] = await world.db.run(
    'select id, position::float8 as position from audit_event where position > $1::text::bigint order by audit_event.position limit 1',
    [String(0.7 * total)],
    'objects',
  )
  await tamper(world.db, "update audit_event set request_id = 'another' where id = $1", [Object(victim).id])
  const { id, position } = Object(victim)
  const { faults } = await timed('verifying what is altered', () => verify(world))
  expect(faults).toMatchObject([{ what: 'altered', id, position }])
}, 1_500_000)
