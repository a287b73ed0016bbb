import * as z from 'zod'
import type { Database } from '#db/database'
import { Retention } from '../features/audit-trail/contract'
import { checkpointKeys } from '../features/audit-trail/seal-names'

const keysAtOnce = 500

/** What stands before the bytes of a blob in its entry: one line of JSON. */
export const BlobFacts = z.strictObject({ key: z.string(), contentType: z.string() })
export type BlobFacts = z.output<typeof BlobFacts>

/** What the digest of all blobs is of. */
export const blobLine = ({ key, contentType }: BlobFacts, sha256: string): string =>
  `${sha256}  ${contentType}  ${key}\n`

const Keys = z.array(z.tuple([z.string()]))
const Days = z.array(z.tuple([Retention, z.iso.date()]))

/** The keys of all blobs that the database knows, by the snapshot of this connection. */
export async function* listBlobKeys(db: Database, tables: readonly string[]): AsyncGenerator<string> {
  if (tables.includes('public.audit_seal')) yield* listCheckpointKeys(db)
  if (!tables.includes('public.blob')) return
  const text = `select key from blob where key collate "C" > $1::text order by key collate "C" limit ${keysAtOnce}`
  for (let last = ''; ; ) {
    const keys = Keys.parse(await db.run(text, [last], 'arrays'))
    for (const [key] of keys) yield key
    const [newest] = keys.at(-1) ?? []
    if (newest === undefined) return
    last = newest
  }
}

/** Where each day left its first checkpoint. The newest one follows from the record, and is written anew. */
async function* listCheckpointKeys(db: Database): AsyncGenerator<string> {
  const text = `select distinct retention, (sealed_at at time zone 'UTC')::date::text from audit_seal order by 1, 2`
  for (const [retention, day] of Days.parse(await db.run(text, [], 'arrays'))) {
    yield checkpointKeys(retention, day).ofDay
  }
}
