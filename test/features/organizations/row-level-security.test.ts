import { beforeAll, expect, test } from 'bun:test'
import type { Database } from '#db/database'
import { withinTenant } from '#db/tenant'
import { openWorld } from '../../platform'
import { listTables, plantTenant, type Row, run, type Tenant } from './planted-tenants'
import { tenantTables } from './tenant-watch'

/** A session says whom it acts for, and is its person's; who may act, each statement asks. */
const ofPeople = ['session']

let db: Database
let tables: string[]
let [ours, theirs]: Tenant[] = []

beforeAll(async () => {
  db = (await openWorld()).db
  tables = (await listTables(db)).filter((table) => !ofPeople.includes(table))
  ours = await plantTenant(db, tables)
  theirs = await plantTenant(db, tables)
})

class Undone extends Error {}

/** What `work` gives in a transaction of a tenant, which is undone. */
const tryWithin = async <Result>(organizationId: string, work: (db: Database) => Promise<Result>): Promise<Result> => {
  const results: Result[] = []
  const undone = withinTenant(db, organizationId, async (tenant) => {
    results.push(await work(tenant))
    throw new Undone()
  })
  await undone.catch((error) => {
    if (!(error instanceof Undone)) throw error
  })
  return results[0] as Result
}

const tenantsIn = (rows: Row[]) => [...new Set(rows.map((row) => row.organization_id))]
const everyTable = () => [...tables, 'organization']
const columnOf = (table: string) => (table === 'organization' ? 'id' : 'organization_id')
const tenantColumn = (table: string) => `"${columnOf(table)}" as organization_id`

test('each table with a column for its organization is known as one of tenants, and row-level security is on', async () => {
  expect([...tables, 'organization'].toSorted()).toEqual(tenantTables.toSorted())
  const rows = await run(
    db,
    `select relname as name from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace order by 1`,
  )
  expect(rows.map(({ name }) => name)).toEqual(everyTable().toSorted())
})

test('the role of tenants bypasses nothing, owns nothing and logs in nowhere', async () => {
  const [role] = await run(
    db,
    `select rolsuper, rolbypassrls, rolcanlogin, rolinherit,
      (select count(*)::integer from pg_class where relowner = pg_roles.oid) as owned
    from pg_roles where rolname = 'postern_tenant'`,
  )
  expect(role).toMatchObject({ rolsuper: false, rolbypassrls: false, rolcanlogin: false, owned: 0 })
})

test('a statement that forgets the tenant reads, changes and deletes rows of its own alone, in every table', async () => {
  const mine = String(ours?.organizationId)
  for (const table of everyTable()) {
    const all = await run(db, `select ${tenantColumn(table)} from "${table}"`)
    expect({ table, tenants: tenantsIn(all).toSorted() }).toEqual({
      table,
      tenants: [mine, String(theirs?.organizationId)].toSorted(),
    })
    for (const statement of [
      `select ${tenantColumn(table)} from "${table}"`,
      `update "${table}" set "${columnOf(table)}" = "${columnOf(table)}" returning ${tenantColumn(table)}`,
      `delete from "${table}" returning ${tenantColumn(table)}`,
    ]) {
      const rows = await tryWithin(mine, (tenant) => run(tenant, statement))
      expect({ statement, tenants: tenantsIn(rows) }).toEqual({ statement, tenants: [mine] })
    }
  }
})

test('a statement that names another tenant finds nothing of it', async () => {
  const [mine, other] = [String(ours?.organizationId), theirs?.organizationId]
  for (const table of everyTable()) {
    for (const statement of [
      `select 1 from "${table}" where "${columnOf(table)}" = $1::uuid`,
      `update "${table}" set "${columnOf(table)}" = "${columnOf(table)}" where "${columnOf(table)}" = $1::uuid returning 1`,
      `delete from "${table}" where "${columnOf(table)}" = $1::uuid returning 1`,
    ]) {
      const rows = await tryWithin(mine, (tenant) => run(tenant, statement, [other]))
      expect({ statement, rows }).toEqual({ statement, rows: [] })
    }
  }
})

test('no row is written into another tenant: neither a new one nor one that is moved there', async () => {
  const [mine, other] = [String(ours?.organizationId), theirs?.organizationId]
  for (const table of everyTable()) {
    const moved = tryWithin(mine, (tenant) =>
      run(tenant, `update "${table}" set "${columnOf(table)}" = $1::uuid`, [other]),
    )
    expect(await moved.catch((error) => error.message)).toMatch(/42501/)
    const [row = {}] = await run(db, `select * from "${table}" where "${columnOf(table)}" = $1::uuid`, [other])
    const copied = tryWithin(mine, (tenant) =>
      run(tenant, `insert into "${table}" select * from jsonb_populate_record(null::"${table}", $1::text::jsonb)`, [
        JSON.stringify(row),
      ]),
    )
    expect({ table, fault: await copied.catch((error) => error.message) }).toEqual({
      table,
      fault: expect.stringMatching(/42501/),
    })
  }
})

test('without a tenant, or with one that there is not, there is nothing at all', async () => {
  const asNobody = (work: (db: Database) => Promise<void>) =>
    db.transaction(async (tx) => {
      await run(tx, `select set_config('role', 'postern_tenant', true)`)
      await work(tx)
    })
  for (const table of everyTable()) {
    const statement = `select 1 from "${table}"`
    await asNobody(async (tenant) => {
      expect({ table, rows: await run(tenant, statement) }).toEqual({ table, rows: [] })
    })
    expect(await tryWithin(crypto.randomUUID(), (tenant) => run(tenant, statement))).toEqual([])
  }
})

test('the wall ends with the transaction of the tenant, and a nested one does not widen it', async () => {
  const mine = String(ours?.organizationId)
  const count = async (on: Database) => (await run(on, 'select 1 from organization')).length
  await db.transaction(async (tx) => {
    expect(await count(tx)).toBe(2)
    await withinTenant(tx, mine, async (tenant) => expect(await count(tenant)).toBe(1))
    expect(await count(tx)).toBe(2)
  })
  const broken = withinTenant(db, mine, (tenant) => run(tenant, 'select 1 / 0'))
  expect(await broken.catch(() => 'broken')).toBe('broken')
  expect(await count(db)).toBe(2)
})
