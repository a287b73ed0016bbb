import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startCachingPostgres } from './caching-postgres'
import { pgBouncerObstacle, startPgBouncer } from './pgbouncer'
import { askDoctor, type Breakage, expectFinding, openGoodSetUp } from './postern-doctor'
import { runCommand } from './server-process'

const resources = new AsyncDisposableStack()
let setUp: Awaited<ReturnType<typeof openGoodSetUp>>

beforeAll(async () => {
  setUp = await openGoodSetUp(resources)
}, 60_000)

afterAll(() => resources.disposeAsync())

test('of a good set-up it says nothing, and skips nothing that it could look at', async () => {
  expect(await runCommand(setUp.settings, 'doctor')).toEqual({
    exitCode: 0,
    output: expect.stringMatching(/^Nothing to complain about: 30 checks, 17 skipped\.$/),
    errors: '',
  })
  const report = await askDoctor(setUp.settings)
  expect(report).toMatchObject({ exitCode: 0, findings: [] })
  expect(report.skipped.filter(({ reason }) => reason !== 'there is no --url')).toEqual([])
}, 60_000)

/** Runs SQL as the owner, and something else in the end. */
const withSql =
  (statement: string, undo: string): Breakage =>
  async (broken) => {
    await setUp.database.sql.unsafe(statement)
    broken.defer(async () => void (await setUp.database.sql.unsafe(undo)))
    return {}
  }

const oldJob = (queue: string, more: string) =>
  `insert into pgboss.job (name, data, start_after${more ? ', source_name' : ''}) values ('${queue}', '{}', now() - interval '1 hour'${more})`

const brokenSetUps: [finding: string, breakage: Breakage][] = [
  ['database-away', () => ({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nowhere' })],
  [
    'schema-behind',
    withSql(
      'create table public.newest as select * from drizzle.__drizzle_migrations order by created_at desc limit 1; grant all on public.newest to postern_app; delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)',
      'insert into drizzle.__drizzle_migrations select * from public.newest; drop table public.newest',
    ),
  ],
  [
    'schema-ahead',
    withSql(
      "insert into drizzle.__drizzle_migrations (hash, created_at) values ('of a later build', 4000000000000)",
      'delete from drizzle.__drizzle_migrations where created_at = 4000000000000',
    ),
  ],
  ['role-superuser', () => ({ DATABASE_URL: setUp.database.url })],
  [
    'role-owner',
    (broken) =>
      withSql(`alter table session owner to ${setUp.role}`, 'alter table session owner to current_user')(broken),
  ],
  [
    'role-rewrites-record',
    (broken) =>
      withSql(
        `grant delete on audit_event to ${setUp.role}`,
        `revoke delete on audit_event from ${setUp.role}`,
      )(broken),
  ],
  [
    'role-lacks-rights',
    withSql(
      'revoke select on lockout from postern_app, postern_tenant',
      'grant select on lockout to postern_app, postern_tenant',
    ),
  ],
  [
    'reads-cached',
    async (broken) => ({
      DATABASE_URL: broken
        .use(await startCachingPostgres(setUp.database.url))
        .through(setUp.settings.DATABASE_URL ?? ''),
    }),
  ],
  ['secret-differs', () => ({ SECRET: 'another secret of tests that protects nothing' })],
  [
    'dead-letters',
    withSql(oldJob('dead-letters', ", 'send-reset-mail'"), "delete from pgboss.job where name = 'dead-letters'"),
  ],
  ['jobs-wait', withSql(oldJob('send-reset-mail', ''), "delete from pgboss.job where name = 'send-reset-mail'")],
]

test.each(brokenSetUps)(
  'it finds %s, and nothing else',
  (finding, breakage) => expectFinding(finding, setUp.settings, breakage),
  60_000,
)

test.skipIf(pgBouncerObstacle !== undefined)(
  'it finds a pooler that loses prepared statements, and nothing else',
  () =>
    expectFinding('pooler-prepares', setUp.settings, async (broken) => ({
      DATABASE_URL: broken.use(await startPgBouncer(setUp.settings.DATABASE_URL ?? '')).url,
    })),
  60_000,
)
