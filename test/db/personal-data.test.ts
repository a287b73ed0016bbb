import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markedTables } from '#db/personal-data'
import type { TableMarks } from '#db/personal-data/marks'
import { runCompiler } from '../client/consumer'
import { testDatabase } from '../platform/test-database'
import { makeTemporaryFolder, repository } from '../support/folders'

type Column = { table: string; column: string; type: string }

const columnsIn = async (schema: string): Promise<Column[]> =>
  (await testDatabase.run(
    `select c.table_name as "table", c.column_name as "column", c.data_type as type
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = $1 and t.table_type = 'BASE TABLE' order by 1, 2`,
    [schema],
    'objects',
  )) as Column[]

const nameOf = ({ table, column }: Column) => `${table}.${column}`

/** Columns of the database that have no mark, and marks that have no column. */
const findDifferences = (columns: Column[], marked: TableMarks[]) => {
  const there = columns.map(nameOf)
  const marks = marked.flatMap(({ table, columns }) => Object.keys(columns).map((column) => `${table}.${column}`))
  return {
    unmarked: there.filter((name) => !marks.includes(name)),
    missing: marks.filter((name) => !there.includes(name)),
  }
}

test('every column of the database has a mark, and every mark a column', async () => {
  expect(findDifferences(await columnsIn('public'), markedTables)).toEqual({ unmarked: [], missing: [] })
})

test('a column or a table that a migration adds by hand is missed, and so is one that it drops', async () => {
  const columns = await columnsIn('public')
  const added: Column[] = [
    { table: 'user', column: 'shoe_size', type: 'text' },
    { table: 'diary', column: 'entry', type: 'text' },
  ]
  expect(findDifferences([...columns, ...added], markedTables).unmarked).toEqual(['user.shoe_size', 'diary.entry'])
  const withoutPhone = columns.filter((column) => nameOf(column) !== 'user.phone')
  expect(findDifferences(withoutPhone, markedTables).missing).toEqual(['user.phone'])
})

test('each table that belongs to somebody says by which column, and is told apart by its key', async () => {
  const primary = (await testDatabase.run(
    `select t.relname as "table", string_agg(a.attname, ',' order by array_position(i.indkey::int2[], a.attnum)) as key
    from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
    join pg_attribute a on a.attrelid = t.oid and a.attnum = any(i.indkey)
    where i.indisprimary and n.nspname = 'public' group by 1 order by 1`,
    [],
    'objects',
  )) as { table: string; key: string }[]
  const keys = markedTables.map(({ table, key }) => ({ table, key: key.join(',') }))
  expect(keys.toSorted((a, b) => (a.table < b.table ? -1 : 1))).toEqual(primary)
  for (const { table, owner, columns, erasure } of markedTables) {
    const holdsPersonal = Object.values(columns).includes('personal')
    // What says something of a person can be found by that person, and does not stay.
    if (holdsPersonal)
      expect({ table, owner: owner !== null, erasure }).toMatchObject({
        owner: true,
        erasure: expect.not.stringMatching('keep'),
      })
  }
})

/** Where the queue keeps what jobs were given, from where they came, and what became of them; we trace none. */
const queueDocuments = ['job.data', 'job.output', 'job.source_output', 'job.trace_context']

test('the queue has no place for personal data but those that exports and erasures know', async () => {
  const documents = (await columnsIn('pgboss'))
    .filter(({ table, type }) => type.startsWith('json') && /^job(_|$)/.test(table))
    .map((column) => nameOf(column).replace(/^job_\w+\./, 'job.'))
  expect([...new Set(documents)].filter((name) => !queueDocuments.includes(name))).toEqual([])
})

/** Compiles texts as files of the repository would be. @returns what the compiler says of each, by its name */
const compile = async (texts: Record<string, string>): Promise<Record<string, string[]>> => {
  const folder = makeTemporaryFolder()
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, `${name}.ts`), text)
  const compilerOptions = { typeRoots: [join(repository, 'node_modules/@types')], noEmit: true }
  const files = Object.keys(texts).map((name) => `${name}.ts`)
  const project = { extends: join(repository, 'tsconfig.json'), compilerOptions, files, include: [] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
  const faults = (await runCompiler(['-p', folder])).split('\n').filter((line) => line.includes('error TS'))
  return Object.fromEntries(
    Object.keys(texts).map((name) => [name, faults.filter((line) => line.includes(`${name}.ts`))]),
  )
}

test('the compiler refuses a column without a mark, and a mark without a column', async () => {
  const schema = join(repository, 'db/personal-data')
  const source = await Bun.file(join(schema, 'access.ts')).text()
  const whole = source.replaceAll(/'(\.\.?\/[\w/-]+)'/g, (_, path: string) => `'${join(schema, path)}'`)
  const role = "role: 'personal', "
  expect(whole).toContain(role)
  const { asItIs, unmarked, invented } = await compile({
    asItIs: whole,
    unmarked: whole.replace(role, ''),
    invented: whole.replace(role, `${role}shoe_size: 'personal', `),
  })
  expect(asItIs).toEqual([])
  expect(unmarked?.join()).toContain("Property 'role' is missing")
  expect(invented?.join()).toContain("'shoe_size' does not exist")
}, 60_000)
