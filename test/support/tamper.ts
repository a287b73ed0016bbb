import type { Database } from '#db/database'

/** Changes rows of the record as only somebody can who may switch its triggers off: the owner of the database. */
export const tamper = (db: Database, text: string, values: unknown[] = []): Promise<unknown[]> =>
  db.transaction(async (tx) => {
    await tx.run('set local session_replication_role = replica', [], 'objects')
    const rows = await tx.run(text, values, 'objects')
    await tx.run('set local session_replication_role = origin', [], 'objects')
    return rows
  })
