import type { JobContext } from '#core/context'
import { schemaVersion } from '#db/schema-version'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome, type JobPayloads } from '../jobs/contract'
import { addSeconds } from '../sessions/new-session'
import { signRecord } from '../sessions/sign-record'
import {
  beginExport,
  findExportState,
  finishExport,
  forgetArchive,
  keepArchiveKey,
  noteExported,
} from './export-queries'
import { exportReadme } from './export-readme'
import type { PersonValues } from './fragments'
import { findPersonFacts } from './person-queries'
import { personParts, writePerson } from './write-person'

/** `typ` of a manifest. */
const manifestType = 'postern-export+jws'

/** How long an archive may lie in the store that no export speaks of, since its maker died. */
const unfinishedSeconds = 86_400

/** An address tells of its rows only once it is proved: until then they may be somebody else’s. */
const findPerson = async (ctx: JobContext, userId: string): Promise<PersonValues | undefined> => {
  const [facts] = await findPersonFacts(ctx.db, { userId })
  if (!facts) return undefined
  const addresses = facts.isEmailProved ? [facts.email] : []
  const lockoutSubjects = [`second-factor:account:${userId}`]
  return { userId, addresses: JSON.stringify(addresses), lockoutSubjects: JSON.stringify(lockoutSubjects) }
}

/** Makes the whole archive; undefined when it is wanted no more. */
const makeArchive = async (ctx: JobContext, exportId: string, person: PersonValues, requestedAt: Date) => {
  const madeAt = ctx.clock.now()
  // The packer is for the few who ask for their data.
  const { openArchive } = await import('./archive')
  const archive = openArchive(madeAt)
  const about = { issuer: ctx.config.BASE_URL, accountId: person.userId, madeAt }
  await archive.addText('README.md', exportReadme(about))
  const rows = await writePerson(
    ctx,
    archive,
    person,
    async (partsDone) => (await noteExported(ctx.db, { exportId, partsDone })).length > 0,
  )
  if (!rows) return undefined
  const manifest = JSON.stringify({
    version: 1,
    iss: about.issuer,
    accountId: about.accountId,
    exportId,
    requestedAt: requestedAt.toISOString(),
    madeAt: madeAt.toISOString(),
    schemaVersion,
    files: archive.files.map((file) => ({ ...file, ...(rows[file.name] !== undefined && { rows: rows[file.name] }) })),
  })
  await archive.addText('manifest.json', manifest)
  await archive.addText('manifest.jws', await signRecord(ctx, manifestType, manifest))
  return archive.end()
}

/** Leaves no archive in the store that nobody can fetch. */
const discard = async (ctx: JobContext, exportId: string, key: string): Promise<JobOutcome> => {
  const [kept] = await findExportState(ctx.db, { exportId })
  if (kept?.state === 'ready' || kept?.state === 'delivered') return completed
  await ctx.blobs.delete([key])
  await forgetArchive(ctx.db, { key })
  return completed
}

/**
 * Makes the archive of an export and stores it, once for all tries of the job: the name is the export's, so what a dead
 * worker stored is replaced, and the statement that calls it ready queues the one mail. What is void meanwhile leaves nothing.
 */
export async function exportData(
  ctx: JobContext,
  { userId, exportId }: JobPayloads['export-data'],
): Promise<JobOutcome> {
  const key = `exports/${exportId}.zip`
  const [begun] = await beginExport(ctx.db, { exportId, partsTotal: personParts })
  const person = begun && (await findPerson(ctx, userId))
  const archive = person && (await makeArchive(ctx, exportId, person, begun.requestedAt))
  if (!archive) return discard(ctx, exportId, key)
  const event = eventValues(ctx)
  const dropAfter = addSeconds(event.now, unfinishedSeconds)
  if ((await keepArchiveKey(ctx.db, { exportId, key, now: event.now, dropAfter })).length === 0) {
    return discard(ctx, exportId, key)
  }
  await ctx.blobs.put(key, archive, 'application/zip')
  const expiresAt = addSeconds(event.now, ctx.config.EXPORT_SECONDS)
  const finished = await finishExport(ctx.db, { ...event, exportId, key, jobId: ctx.ids.next(), expiresAt })
  return finished.length > 0 ? completed : discard(ctx, exportId, key)
}
