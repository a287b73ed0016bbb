import * as z from 'zod'
import { Retention } from '../features/audit-trail/contract'

/** Of the archive: raised when an older reader could misread what a newer writer wrote. */
export const formatVersion = 1

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const name = z.string().regex(/^[a-z_][a-z0-9_]*$/)
const tableName = z.string().regex(/^(?:public|drizzle|pgboss)\.[a-z_][a-z0-9_]*$/)

/** The first entry of an archive: enough to refuse one that this build can't read. */
export const Header = z.object({
  format: z.int(),
  createdAt: z.iso.datetime(),
  /** Of the newest migration: its time in milliseconds. */
  schemaVersion: z.int(),
})
export type Header = z.output<typeof Header>

export const TableFacts = z.object({
  name: tableName,
  columns: z.array(name).min(1),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  /** SHA-256 of its rows as `COPY` writes them, in the order of the primary key. */
  sha256: digest,
})
export type TableFacts = z.output<typeof TableFacts>

/** A partition of the audit record, by the bounds that it is attached with. */
export const Partition = z.object({
  name: z.string().regex(/^(?:security|activity)_(?:before|\d{4}_\d{2})$/),
  parent: z.enum(['security', 'activity']),
  bounds: z.string().regex(/^FOR VALUES FROM \((?:MINVALUE|'[0-9a-f-]{36}')\) TO \('[0-9a-f-]{36}'\)$/),
})
export type Partition = z.output<typeof Partition>

/** The last entry of an archive, so that one without it is known to be cut off: all that is in it. */
export const Manifest = Header.extend({
  format: z.literal(formatVersion),
  postgresVersion: z.string(),
  /** Of the schema of pg-boss. */
  queueVersion: z.int(),
  tables: z.array(TableFacts),
  sequences: z.array(z.object({ name: tableName, lastValue: z.string().regex(/^\d{1,19}$/), isCalled: z.boolean() })),
  partitions: z.array(Partition),
  /** The number of the last seal of each retention of the audit record. */
  seals: z.array(z.object({ retention: Retention, number: z.int() })),
  /** Keys that sign, as they are stored: sealed. Whoever has the right SECRET can open them. */
  sealedKeys: z.array(z.object({ keyId: z.string(), sealed: z.string() })),
  /** Null where they were left out. `sha256` is of a line `<sha256>  <type>  <key>` for each, in the order of the archive. */
  blobs: z.object({ count: z.int().min(0), bytes: z.int().min(0), sha256: digest, missing: z.int().min(0) }).nullable(),
})
export type Manifest = z.output<typeof Manifest>

/** What each entry of the archive is called. */
export const entryNames = {
  header: 'header.json',
  manifest: 'manifest.json',
  part: (table: string, number: number) => `tables/${table}/${String(number).padStart(6, '0')}.copy`,
  blob: (number: number) => `blobs/${String(number).padStart(8, '0')}`,
}

/** The table of which an entry is a part; undefined if it is none. */
export const tableOfEntry = (entry: string): string | undefined =>
  /^tables\/([a-z0-9_.]+)\/\d{6,}\.copy$/.exec(entry)?.[1]

export const isBlobEntry = (entry: string): boolean => /^blobs\/\d{8,}$/.test(entry)

/** Something is wrong with an archive, in words for whoever asked for it. */
export class BrokenArchive extends Error {
  override name = 'BrokenArchive'
}
