import { markedTables } from '#db/personal-data'
import type { TableMarks } from '#db/personal-data/marks'
import type { World } from '../../platform'
import { tamper } from '../../support/tamper'

/** A text that is found wherever it comes to, and who it was given to. */
export interface Canary {
  table: string
  column: string
  text: string
  /** Whether an export tells it. */
  isTold: boolean
}

interface Column {
  name: string
  type: string
}

const columnsOf = async (world: World, table: string): Promise<Column[]> =>
  (await world.db.run(
    `select column_name as name, data_type as type from information_schema.columns
    where table_schema = 'public' and table_name = $1 order by ordinal_position`,
    [table],
    'objects',
  )) as Column[]

/** What leads from a row to its person: it can’t be any text. */
const linkOf = (
  { table, owner }: TableMarks,
  person: { id: string; email: string; subject: string },
): Record<string, string> => {
  if (owner === null) return {}
  if ('lockoutSubject' in owner) return { [owner.lockoutSubject]: person.subject }
  return {
    ...('account' in owner && { [owner.account]: person.id }),
    ...(table === 'user' && { email: person.email }),
    ...(owner.address !== undefined && { [owner.address]: person.email }),
  }
}

const plainValues: Record<string, () => unknown> = {
  uuid: () => crypto.randomUUID(),
  integer: () => 7,
  bigint: () => '7',
  boolean: () => true,
  'timestamp with time zone': () => new Date('2026-11-22T12:00:00.000Z'),
}

/** What rows of a person stand on that is nobody's: an organization with a team, and a program. @returns their ids by column */
const plantGround = async (world: World, { id }: { id: string }): Promise<Record<string, string>> => {
  const ground = {
    organization_id: crypto.randomUUID(),
    team_id: crypto.randomUUID(),
    service_account_id: crypto.randomUUID(),
  }
  const now = '2026-11-22T12:00:00.000Z'
  const rows: [statement: string, values: string[]][] = [
    [
      'organization (id, slug, name, created_at, updated_at) values ($1::text::uuid, $1, $1, $2, $2)',
      [ground.organization_id, now],
    ],
    [
      'team (id, organization_id, name, created_at) values ($1::text::uuid, $2, $1, $3)',
      [ground.team_id, ground.organization_id, now],
    ],
    [
      "service_account (id, name, permissions, created_at) values ($1::text::uuid, $1, '[]', $2)",
      [ground.service_account_id, now],
    ],
    [
      "organization_member (organization_id, user_id, role, joined_by, joined_at) values ($1, $2, 'owner', 'creation', $3)",
      [ground.organization_id, id, now],
    ],
  ]
  for (const [statement, values] of rows) {
    await world.db.run(`insert into ${statement}`, values, 'objects')
  }
  return ground
}

/**
 * Puts a text of its own into every column of every table that may hold one, for one person: in the row that they have, or
 * else in a new one. It goes by the marks and the database, so that a table of tomorrow is covered.
 */
export const plantCanaries = async (
  world: World,
  person: { id: string; email: string },
  flock: string,
): Promise<Canary[]> => {
  const planted: Canary[] = []
  const ground = await plantGround(world, person)
  for (const marks of markedTables.filter(({ owner }) => owner !== null)) {
    const subject = `second-factor:account:${person.id}`
    const link = linkOf(marks, { ...person, subject })
    const values = (await columnsOf(world, marks.table)).map(({ name, type }) => {
      const mark = marks.columns[name]
      if (link[name] !== undefined) return { name, type, value: link[name] }
      if (ground[name] !== undefined) return { name, type, value: ground[name] }
      const plain = plainValues[type]
      if (plain) return { name, type, value: plain() }
      const text = `${flock}-${marks.table}-${name}`
      if (mark === 'personal' || mark === 'secret') {
        planted.push({ table: marks.table, column: name, text, isTold: mark === 'personal' })
      }
      return { name, type, value: type === 'jsonb' ? JSON.stringify({ note: text }) : text }
    })
    const cast = ({ type }: Column, index: number) => `$${index + 1}::text::${type}`
    const isText = ({ name }: Column) => planted.some(({ table, column }) => table === marks.table && column === name)
    const texts = values.filter(isText)
    const [ownerColumn = '', ownerValue] = Object.entries(link)[0] ?? []
    const where = `"${ownerColumn}"::text = $${texts.length + 1}`
    const changed =
      texts.length === 0
        ? []
        : await tamper(
            world.db,
            `update "${marks.table}" set ${texts.map((value, index) => `"${value.name}" = ${cast(value, index)}`).join(', ')}
            where (tableoid, ctid) = (select tableoid, ctid from "${marks.table}" where ${where} limit 1) returning 1`,
            [...texts.map(({ value }) => value), ownerValue],
          )
    if (changed.length > 0) continue
    await world.db.run(
      `insert into "${marks.table}" (${values.map(({ name }) => `"${name}"`).join(', ')})
      values (${values.map(cast).join(', ')}) on conflict do nothing`,
      values.map(({ value }) => (value instanceof Date ? value.toISOString() : String(value))),
      'objects',
    )
  }
  return planted
}

/** Jobs in every state that name a person, and from where they came. */
export const plantJobs = async (world: World, person: { id: string; email: string }, flock: string) => {
  const rows = [
    ['send-security-notice', 'completed', { userId: person.id }],
    ['send-reset-mail', 'failed', { email: person.email }],
    ['dead-letters', 'created', { userId: person.id }],
    ['send-lockout-mail', 'completed', { userId: crypto.randomUUID(), recipient: person.email }],
  ] as const
  for (const [name, state, payload] of rows) {
    const cause = {
      requestId: 'r',
      at: '2026-11-22T12:00:00Z',
      ipAddress: `${flock}-ip`,
      userAgent: `${flock}-${name}`,
    }
    await world.db.run(
      `insert into pgboss.job (id, name, data, state, keep_until) values
        (gen_random_uuid(), $1, $2::text::jsonb, $3::text::pgboss.job_state, now() + interval '9 days')`,
      [name, JSON.stringify({ payload, cause }), state],
      'objects',
    )
  }
  return rows.map(([name]) => `${flock}-${name}`)
}

/** Every row of every table of every schema of ours, as text. */
export const dumpDatabase = async (world: World): Promise<string> => {
  const tables = (await world.db.run(
    `select table_schema || '"."' || table_name as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    [],
    'arrays',
  )) as [string][]
  const rows: string[] = []
  for (const [name] of tables) {
    const found = (await world.db.run(`select t::text from "${name}" t`, [], 'arrays')) as [string][]
    rows.push(...found.map(([row]) => `${name}: ${row}`))
  }
  return rows.join('\n')
}
