import type { JobContext } from '#core/context'
import type { ArchiveWriter } from './archive'
import { listPersonBlobs, listPersonJobs } from './export-parts-queries'
import { exportedTables } from './export-readme'
import type { PersonValues } from './fragments'
import { listToldRows, type ToldRow } from './person-queries'

/** Rows in memory at a time. */
const page = 500
const encoder = new TextEncoder()

/** How many parts `writePerson` tells of: the tables, the jobs, the files. */
export const personParts = exportedTables.length + 2

const readPages = async (read: (after: string) => Promise<ToldRow[]>, write: (part: Uint8Array) => void) => {
  let rows = 0
  for (let after: string | undefined = '[]'; after !== undefined; ) {
    const found: ToldRow[] = await read(after)
    if (found.length > 0) write(encoder.encode(`${found.map(({ row }) => row).join('\n')}\n`))
    rows += found.length
    after = found.length === page ? found.at(-1)?.place : undefined
  }
  return rows
}

/** The name of a blob in the archive: its key, which is ours, without anything that a file system could mistake. */
const fileName = (key: string): string => `files/${key.replaceAll(/[^\w.-]/g, '_')}`

const writeBlobs = async (ctx: JobContext, archive: ArchiveWriter, userId: string): Promise<void> => {
  for (const { key } of await listPersonBlobs(ctx.db, { userId })) {
    const blob = await ctx.blobs.get(key)
    // Its row comes before it and goes after it.
    if (!blob) continue
    await archive.add({ name: fileName(key), isPacked: true }, async (write) => {
      const reader = blob.body.getReader()
      for (let part = await reader.read(); !part.done; part = await reader.read()) write(part.value)
    })
  }
}

/**
 * Writes everything that is kept of a person into an archive.
 * @param isWanted is asked after each part, with how many are done; once it says no, nothing more is written
 * @returns how many rows each file has, by its name; undefined when it is wanted no more
 */
export async function writePerson(
  ctx: JobContext,
  archive: ArchiveWriter,
  person: PersonValues,
  isWanted: (partsDone: number) => Promise<boolean>,
): Promise<Record<string, number> | undefined> {
  const counts: Record<string, number> = {}
  const names = JSON.stringify([person.userId, ...(JSON.parse(person.addresses) as string[])])
  const readers: [name: string, read: (after: string) => Promise<ToldRow[]>][] = [
    ...exportedTables.map(({ table }): (typeof readers)[number] => [
      `data/${table}.ndjson`,
      (after) => listToldRows(table)(ctx.db, { ...person, after, limit: page }),
    ]),
    ['data/jobs.ndjson', (after) => listPersonJobs(ctx.db, { names, after, limit: page })],
  ]
  for (const [done, [name, read]] of readers.entries()) {
    await archive.add({ name }, async (write) => {
      counts[name] = await readPages(read, write)
    })
    if (!(await isWanted(done + 1))) return undefined
  }
  await writeBlobs(ctx, archive, person.userId)
  return counts
}
