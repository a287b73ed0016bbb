import { writeFile } from 'node:fs/promises'
import type { ArchiveStore } from '#core/archive-store'
import { splitList } from '#core/setting-types'
import { compress, encrypt, makeIdentity } from '#platform/archive-codec'
import { locateArchive, openArchives } from '#platform/open-archives'
import { openCopies } from '#platform/open-copies'
import { systemClock, systemRandom } from '#platform/system'
import { nameArchive, readArchiveName } from '../backups/archive-names'
import { chooseExpired, type Retention } from '../backups/choose-expired'
import type { Manifest } from '../backups/manifest'
import { openArchive } from '../backups/open-archive'
import { readArchive } from '../backups/read-archive'
import { writeArchive } from '../backups/write-archive'
import { done } from './as-operator'
import { identityOption, openOwnBlobs, readIdentities, readSettings } from './backup-settings'
import { type Call, type Command, Misuse, type Option, type Outcome } from './command'

const placeOption: Record<string, Option> = {
  to: { summary: 'a folder, or s3://bucket/folder; BACKUP_TO unless said', value: 'place' },
}

const readCount = (call: Call, option: string): number => {
  const text = call.find(option)
  const count = Number(text ?? 0)
  if (!Number.isInteger(count) || count < 0 || count > 10_000) throw new Misuse(`--${option} is a number.`)
  return count
}

/** What is to be kept; undefined if nothing was said, and then everything is. */
const readRetention = (call: Call): Retention | undefined => {
  const [last, daily] = [readCount(call, 'keep-last'), readCount(call, 'keep-daily')]
  const [weekly, monthly] = [readCount(call, 'keep-weekly'), readCount(call, 'keep-monthly')]
  return last + daily + weekly + monthly > 0 ? { last, daily, weekly, monthly } : undefined
}

const listArchives = async (store: ArchiveStore) =>
  (await store.list())
    .flatMap(({ name, bytes }) => {
      const named = readArchiveName(name)
      return named ? [{ ...named, bytes, place: store.placeOf(name) }] : []
    })
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())

/** Deletes what is kept for no reason any more: only what has a name that we give. */
const deleteExpired = async (store: ArchiveStore, retention: Retention | undefined): Promise<string[]> => {
  if (!retention) return []
  const expired = chooseExpired(await listArchives(store), retention)
  for (const { name } of expired) await store.delete(name)
  return expired.map(({ name }) => name)
}

const factsOf = ({ createdAt, schemaVersion, postgresVersion, tables, blobs }: Manifest) => ({
  createdAt,
  schemaVersion,
  postgresVersion,
  rows: tables.reduce((sum, { rows }) => sum + rows, 0),
  tables: tables.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
  blobs: blobs && { count: blobs.count, bytes: blobs.bytes, missing: blobs.missing },
})

/** Waits for both, and tells of what failed first: the other one fails because of it. */
const both = async <One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> => {
  try {
    return await Promise.all([one, other])
  } catch (error) {
    await Promise.allSettled([one, other])
    throw error
  }
}

const recipientsOf = (call: Call, configured: string[] = []): string[] => {
  const said = call.find('recipient')
  const recipients = said === undefined ? configured : splitList(said)
  const isOpen = call.isOn('unencrypted')
  if (isOpen && said !== undefined) throw new Misuse('Say either --recipient or --unencrypted.')
  if (!isOpen && recipients.length === 0) {
    throw new Misuse(
      'Whom to encrypt to? Say --recipient age1…, or set BACKUP_RECIPIENTS. “postern backup new-key” makes a key. Without encryption: --unencrypted.',
    )
  }
  return isOpen ? [] : recipients
}

const backUp = async (call: Call): Promise<Outcome> => {
  const config = readSettings()
  const recipients = recipientsOf(call, config.BACKUP_RECIPIENTS)
  const retention = readRetention(call)
  const store = openArchives(config, systemClock, call.find('to'))
  const name = nameArchive(systemClock.now(), systemRandom.bytes(4).toHex(), recipients.length > 0)
  const database = await openCopies(config, false)
  const progress = call.shell.progress('Rows and files')
  try {
    const { bytes, manifest } = writeArchive({
      database,
      blobs: call.isOn('without-blobs') ? null : openOwnBlobs(config),
      clock: systemClock,
      show: (rows, blobs) => progress.show(rows + blobs),
      tell: call.shell.tell,
    })
    const packed = compress(bytes)
    const [size, written] = await both(
      store.write(name, recipients.length > 0 ? encrypt(packed, recipients) : packed),
      manifest,
    )
    const deleted = await deleteExpired(store, retention)
    const facts = factsOf(written)
    const files = facts.blobs ? `${facts.blobs.count} files` : 'no files'
    const text = `${store.placeOf(name)}: ${facts.rows} rows, ${files}, ${size} bytes. Deleted ${deleted.length} older ones.`
    return done(text, { name, place: store.placeOf(name), bytes: size, ...facts, deleted })
  } finally {
    progress.end()
    await database.close()
  }
}

const verify = async (call: Call): Promise<Outcome> => {
  const config = readSettings()
  const { store, name } = locateArchive(config, systemClock, call.word('archive'))
  const identities = await readIdentities(call)
  const progress = call.shell.progress('Bytes')
  try {
    const facts = factsOf(
      await readArchive(openArchive(store, name, identities), { show: (bytes) => progress.show(bytes) }),
    )
    const files = facts.blobs ? `${facts.blobs.count} files` : 'no files'
    return done(`It is whole: ${facts.rows} rows and ${files} as of ${facts.createdAt}.`, facts)
  } finally {
    progress.end()
  }
}

const keepOptions: Record<string, Option> = {
  'keep-last': {
    summary: 'then delete all but so many of the newest, and but those that are kept otherwise',
    value: 'count',
  },
  'keep-daily': { summary: 'keep the newest of each of so many days', value: 'count' },
  'keep-weekly': { summary: 'keep the newest of each of so many weeks', value: 'count' },
  'keep-monthly': { summary: 'keep the newest of each of so many months', value: 'count' },
}

/** Copies of everything, and what is known of them. */
export const backupCommands: Command[] = [
  {
    name: 'backup',
    summary: 'write everything to one encrypted archive, while servers work',
    options: {
      ...placeOption,
      recipient: { summary: 'public keys of age to encrypt to; BACKUP_RECIPIENTS unless said', value: 'age1…,…' },
      unencrypted: { summary: 'do not encrypt: whoever reads the archive has every account' },
      'without-blobs': { summary: 'the database alone, without avatars and other files' },
      ...keepOptions,
    },
    run: backUp,
  },
  {
    name: 'backup list',
    summary: 'the archives that there are, the newest first',
    options: placeOption,
    run: async (call) => {
      const archives = await listArchives(openArchives(readSettings(), systemClock, call.find('to')))
      const lines = archives.map(({ createdAt, bytes, place }) => `${createdAt.toISOString()}  ${bytes}  ${place}`)
      return { text: lines.length === 0 ? 'None.' : lines.join('\n'), json: archives }
    },
  },
  {
    name: 'backup verify',
    summary: 'read an archive to its end and hold it against itself, without a database',
    args: [{ name: 'archive' }],
    options: identityOption,
    run: verify,
  },
  {
    name: 'backup new-key',
    summary: 'make a private key of age in a new file, and print its public key',
    args: [{ name: 'file' }],
    run: async (call) => {
      const { identity, recipient } = await makeIdentity()
      const text = `# public key: ${recipient}\n${identity}\n`
      await writeFile(call.word('file'), text, { flag: 'wx', mode: 0o600 })
      return done(recipient, { recipient })
    },
  },
]
