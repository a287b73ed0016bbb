import * as z from 'zod'
import type { Database } from '#db/database'
import { Retention } from '../features/audit-trail/contract'
import type { Manifest } from './manifest'
import { listPartitions, readQueueVersion, type StoredTable } from './stored-tables'

const Sequences = z.array(z.object({ name: z.string(), lastValue: z.string(), isCalled: z.boolean() }))

/** Read after the tables: a value in them is never ahead of its sequence. */
const readSequences = async (db: Database): Promise<Manifest['sequences']> => {
  const names = z.array(z.tuple([z.string()])).parse(
    await db.run(
      `select relname from pg_class kept where relkind = 'S' and relnamespace = 'public'::regnamespace
      and not exists (select from pg_depend where objid = kept.oid and deptype = 'e') order by 1`,
      [],
      'arrays',
    ),
  )
  const read = ([name]: [string]) =>
    db.run(
      `select 'public.${name}' as name, last_value::text as "lastValue", is_called as "isCalled" from public."${name}"`,
      [],
      'objects',
    )
  const rows: unknown[] = []
  for (const name of names) rows.push(...(await read(name)))
  return Sequences.parse(rows)
}

const Seals = z.array(z.object({ retention: Retention, number: z.int() }))

const readSeals = async (db: Database, tables: readonly StoredTable[]) =>
  tables.some(({ name }) => name === 'public.audit_seal')
    ? Seals.parse(await db.run('select retention, max(number) as number from audit_seal group by 1', [], 'objects'))
    : []

const SealedKeys = z.array(z.object({ keyId: z.string(), sealed: z.string() }))

const readVersion = async (db: Database): Promise<string> => {
  const [[version]] = z.tuple([z.tuple([z.string()])]).parse(await db.run('show server_version', [], 'arrays'))
  return version
}

const readSealedKeys = async (db: Database) => {
  const text = 'select key_id as "keyId", sealed_private_jwk as sealed from signing_key order by generation'
  return SealedKeys.parse(await db.run(text, [], 'objects'))
}

/** What a restore has to know beside the rows; read after them. */
export const readFacts = async (
  db: Database,
  tables: readonly StoredTable[],
): Promise<
  Pick<Manifest, 'postgresVersion' | 'queueVersion' | 'sequences' | 'partitions' | 'seals' | 'sealedKeys'>
> => ({
  postgresVersion: await readVersion(db),
  queueVersion: await readQueueVersion(db),
  sequences: await readSequences(db),
  partitions: await listPartitions(db),
  seals: await readSeals(db, tables),
  sealedKeys: await readSealedKeys(db),
})
