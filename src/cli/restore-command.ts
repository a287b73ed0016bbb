import type { Config } from '#core/config'
import { openSealed } from '#core/secrets'
import type { Database } from '#db/database'
import { locateArchive } from '#platform/open-archives'
import { openCopies } from '#platform/open-copies'
import { createIds, systemClock, systemRandom } from '#platform/system'
import type { Manifest } from '../backups/manifest'
import { openArchive } from '../backups/open-archive'
import { inspectTarget } from '../backups/prepare-target'
import { readArchive } from '../backups/read-archive'
import { requireReadable, restoreArchive } from '../backups/restore-archive'
import { acceptLostSeals } from '../features/audit-trail/accept-lost-seals'
import { Retention } from '../features/audit-trail/contract'
import { readCheckpoint } from '../features/audit-trail/read-checkpoint'
import { verifyStoredRecord } from '../features/audit-trail/verify-stored-record'
import { noteRestore } from '../features/operations/note-restore'
import { asOperator } from './as-operator'
import { identityOption, openOwnBlobs, readIdentities, readSettings } from './backup-settings'
import { type Call, type Command, Misuse } from './command'

/** Whoever restores without the SECRET that sealed the keys has accounts that can't log in. */
const requireSecret = async (config: Config, { sealedKeys }: Manifest): Promise<void> => {
  for (const { keyId, sealed } of sealedKeys) {
    await openSealed({ config }, 'signing-key-seal', keyId, sealed).catch(() => {
      throw new Error(
        'This SECRET is not the one of the server that was backed up: it does not open the keys in the archive. Nothing was changed. Set SECRET as it was then (several versions: all of them).',
      )
    })
  }
}

/** The blob store may know more of the record than the archive; who restores says that this is lost. */
const requireConsent = async (call: Call, config: Config, { seals }: Manifest): Promise<void> => {
  const blobs = openOwnBlobs(config)
  for (const retention of Retention.options) {
    const kept = seals.find((seal) => seal.retention === retention)?.number ?? 0
    const known = (await readCheckpoint({ blobs }, retention))?.number ?? 0
    if (known <= kept || call.isOn('accept-lost-seals')) continue
    throw new Error(
      `The blob store knows of seal ${known} of ${retention}, and the archive ends with ${kept}: what was recorded after the backup will be lost, and “audit verify” would say so. Nothing was changed. Say --accept-lost-seals to go on; the record will say it too.`,
    )
  }
}

const requireEmpty = async (call: Call, full: string[]): Promise<void> => {
  if (full.length === 0) return
  if (!call.isOn('replace'))
    throw new Error(
      `The database is not empty: there are rows in ${full.join(', ')}. Nothing was changed. To lose them: --replace.`,
    )
  if (call.isOn('yes')) return
  if (!call.shell.isTerminal) throw new Misuse('“postern restore --replace” wants --yes where nobody can be asked.')
  if (!(await call.shell.confirm('Lose everything that is in the database?'))) throw new Error('Nothing was done.')
}

/** What the operator does, before there is a database to do it on. */
const asRestorer = () => {
  const ids = createIds(systemClock, systemRandom)
  const request = { id: ids.next(), ipAddress: null, userAgent: null, place: null, traceparent: null }
  const actor = { kind: 'system', job: 'postern restore' } as const
  return {
    ids,
    clock: systemClock,
    random: systemRandom,
    actor,
    request: { ...request, network: null, deviceToken: null },
  }
}

/** Opens the platform on what was restored, and looks whether the record is as it was sealed. */
const checkRecord = (manifest: Manifest, sessionsEnded: number) =>
  asOperator('restore', async (ctx, { shell }) => {
    const lostSeals = await acceptLostSeals(ctx)
    const progress = shell.progress('Events of the record')
    const record = await verifyStoredRecord(ctx, {}, progress.show).finally(progress.end)
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    const isBad = record.faults.length > 0
    const text = [
      `The database is as it was at ${manifest.createdAt}: ${rows} rows, the same when they were read again. ${manifest.blobs?.count ?? 0} files.`,
      ...(sessionsEnded > 0 ? [`${sessionsEnded} sessions were ended.`] : []),
      ...lostSeals.map(
        ({ retention, kept, lost }) => `Seals ${kept + 1} to ${lost} of ${retention} are lost; the record says so.`,
      ),
      isBad
        ? 'The audit record is not as it was sealed: see “postern audit verify”.'
        : `The audit record is as it was sealed: ${record.sealed} events, and ${record.unsealed} that no seal covers yet.`,
      'Now start the servers, with the same SECRET. Jobs that waited at that time will be done: see “postern jobs list” before.',
    ].join('\n')
    return {
      text,
      json: {
        createdAt: manifest.createdAt,
        rows,
        blobs: manifest.blobs?.count ?? 0,
        sessionsEnded,
        lostSeals,
        record,
      },
      isBad,
    }
  })

const restore: Command['run'] = async (call) => {
  const config = readSettings()
  const { store, name } = locateArchive(config, systemClock, call.word('archive'))
  const identities = await readIdentities(call)
  const open = () => openArchive(store, name, identities)
  const checking = call.shell.progress('Bytes checked')
  const manifest = await readArchive(open(), {
    header: requireReadable,
    show: (bytes) => checking.show(bytes),
  }).finally(checking.end)
  await requireSecret(config, manifest)
  await requireConsent(call, config, manifest)
  const blobs = call.isOn('without-blobs') ? null : openOwnBlobs(config)
  if (manifest.blobs === null && blobs) call.shell.tell('The archive was written without files.')
  const database = await openCopies(config, true)
  const progress = call.shell.progress('Bytes restored')
  let sessionsEnded = 0
  const finish = async (db: Database) => {
    const facts = { backedUpAt: manifest.createdAt, endsSessions: call.isOn('revoke-sessions') }
    sessionsEnded = await noteRestore({ ...asRestorer(), db }, facts)
  }
  const total = manifest.tables.reduce((sum, { bytes }) => sum + bytes, manifest.blobs?.bytes ?? 0)
  const show = (bytes: number) => progress.show(bytes, total)
  try {
    await requireEmpty(call, await inspectTarget(database.db))
    await restoreArchive(open, manifest, { database, blobs, finish, show }).catch((error) => {
      throw new Error('It was not restored, and the database is as it was before.', { cause: error })
    })
  } finally {
    progress.end()
    await database.close()
  }
  return checkRecord(manifest, sessionsEnded)(call)
}

/** Puts the database back to a backup. */
export const restoreCommand: Command = {
  name: 'restore',
  summary: 'put an empty database back to an archive, and compare; servers are stopped',
  args: [{ name: 'archive' }],
  options: {
    ...identityOption,
    replace: { summary: 'lose what is in the database, if it is not empty' },
    'without-blobs': { summary: 'the database alone, without avatars and other files' },
    'revoke-sessions': { summary: 'end every session, and void mailed links and codes' },
    'accept-lost-seals': { summary: 'the audit record loses what was sealed after the backup' },
  },
  run: restore,
}
