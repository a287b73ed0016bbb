import type { Database } from '#db/database'

export interface Tenant {
  organizationId: string
  userId: string
}

export type Row = Record<string, unknown>

export const run = async (db: Database, text: string, values: unknown[] = []): Promise<Row[]> =>
  (await db.run(text, values, 'objects')) as Row[]

/** The tables with a column `organization_id`, as the database has them: one of tomorrow too. */
export const listTables = async (db: Database): Promise<string[]> => {
  const rows = await run(
    db,
    `select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'organization_id' order by table_name`,
  )
  return rows.map(({ name }) => String(name))
}

const now = '2026-11-22T12:00:00.000Z'

const values: Record<string, () => unknown> = {
  uuid: () => crypto.randomUUID(),
  integer: () => 7,
  bigint: () => 7,
  boolean: () => true,
  'timestamp with time zone': () => now,
  jsonb: () => '[]',
}

/** Puts a row of a tenant into a table, by what the database says of its columns. */
const plant = async (db: Database, table: string, links: Record<string, unknown>): Promise<void> => {
  const columns = await run(
    db,
    `select column_name as name, data_type as type from information_schema.columns
    where table_schema = 'public' and table_name = $1`,
    [table],
  )
  const row = columns.map(({ name, type }) => {
    const made = values[String(type)]?.() ?? `text-${crypto.randomUUID()}`
    return { name: String(name), type: String(type), value: links[String(name)] ?? made }
  })
  await run(
    db,
    `insert into "${table}" (${row.map(({ name }) => `"${name}"`).join(', ')})
    values (${row.map(({ type }, index) => `$${index + 1}::text::${type}`).join(', ')}) on conflict do nothing`,
    row.map(({ value }) => String(value)),
  )
}

/** A tenant with a row in each of its tables. */
export const plantTenant = async (db: Database, tables: string[]): Promise<Tenant> => {
  const links = {
    organization_id: crypto.randomUUID(),
    user_id: crypto.randomUUID(),
    team_id: crypto.randomUUID(),
    service_account_id: crypto.randomUUID(),
    role: 'owner',
  }
  const { organization_id, user_id, team_id, service_account_id } = links
  const person = 'insert into "user" (id, email, created_at, updated_at) values ($1::text::uuid, $1, $2, $2)'
  await run(db, person, [user_id, now])
  await plant(db, 'organization', { id: organization_id })
  await plant(db, 'organization_member', links)
  await plant(db, 'team', { ...links, id: team_id })
  await plant(db, 'service_account', { ...links, id: service_account_id })
  for (const table of tables) await plant(db, table, links)
  return { organizationId: organization_id, userId: user_id }
}
