import { afterAll, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { createS3Archives } from '#platform/s3-archives'
import { makeTemporaryFolder } from '../support/folders'
import { type S3Server, startS3Server } from '../support/s3-server'
import { logIn, registerAccount } from './account'
import { createEmptyDatabase, digestTables } from './compare-databases'
import { openRealDatabase } from './real-postgres'
import { runCommand, startServer } from './server-process'

const resources = new AsyncDisposableStack()
afterAll(() => resources.disposeAsync())

let started: Promise<S3Server> | undefined
/** The one bucket of these tests. */
const s3 = (): Promise<S3Server> => {
  started ??= startS3Server().then((server) => {
    resources.defer(() => server.stop())
    return server
  })
  return started
}

const Written = z.object({ place: z.string(), name: z.string(), deleted: z.array(z.string()) })

const backUp = async (settings: Record<string, string>, ...words: string[]) => {
  const { exitCode, output, errors } = await runCommand(settings, 'backup', ...words, '--json')
  if (exitCode !== 0) throw new Error(errors)
  return Written.parse(JSON.parse(output))
}

test('from a server to the embedded database and back: the same rows, and people log in everywhere', async () => {
  const folder = makeTemporaryFolder()
  const source = resources.use(await openRealDatabase())
  const first = { DATABASE_URL: source.url, DATA_DIRECTORY: join(folder, 'first') }
  const server = await startServer(first)
  const ada = await registerAccount(server.url)
  await server.stop('SIGTERM')
  // More rows than the embedded database hands over at a time, with keys that languages sort in another way than bytes.
  await source.sql`insert into bounced_address (email, reason, bounced_at)
    select chr(65 + number % 60) || 'ä' || number || E'\t\\ \n', 'bounced', now() from generate_series(1, 12000) number`
  const digests = await digestTables(source.sql)
  const away = await backUp(first, '--unencrypted', '--to', join(folder, 'away'))

  const embedded = { DATA_DIRECTORY: join(folder, 'embedded') }
  expect(await runCommand(embedded, 'backup', '--unencrypted')).toMatchObject({ exitCode: 1 })
  expect(await runCommand(embedded, 'restore', away.place)).toMatchObject({ exitCode: 0 })
  const small = await startServer(embedded)
  await logIn(small.url, ada.email)
  expect((await runCommand(embedded, 'backup', '--unencrypted')).errors).toContain('in use by process')
  await small.stop('SIGTERM')

  expect(await runCommand(embedded, 'restore', away.place, '--replace', '--yes', '--accept-lost-seals')).toMatchObject({
    exitCode: 0,
  })
  const back = await backUp(embedded, '--unencrypted')
  expect(back.place).toStartWith(join(folder, 'embedded', 'backups'))
  await using target = await createEmptyDatabase()
  const last = { DATABASE_URL: target.url, DATA_DIRECTORY: join(folder, 'last') }
  expect(await runCommand(last, 'restore', back.place)).toMatchObject({ exitCode: 0 })
  expect(await digestTables(target.sql)).toEqual(digests)
  const again = resources.use(await startServer(last))
  await logIn(again.url, ada.email)
}, 120_000)

test('archives in a bucket: listed, verified, restored, and old ones deleted by rule', async () => {
  const folder = makeTemporaryFolder()
  const { settings: bucket, listKeys } = await s3()
  const source = resources.use(await openRealDatabase())
  const to = `s3://${bucket.S3_BUCKET}/nightly`
  const settings = { DATABASE_URL: source.url, DATA_DIRECTORY: join(folder, 'source'), ...bucket, BACKUP_TO: to }
  await runCommand(settings, 'users', 'create', 'ada@example.com')
  const key = join(folder, 'key')
  const { output: recipient } = await runCommand(settings, 'backup', 'new-key', key)
  const own = { ...settings, BACKUP_RECIPIENTS: recipient }
  const first = await backUp(own)
  const second = await backUp(own, '--keep-last', '1')
  expect(second.deleted).toEqual([first.name])
  expect(await listKeys()).toEqual([`nightly/${second.name}`])
  const listed = await runCommand(settings, 'backup', 'list', '--json')
  expect(JSON.parse(listed.output)).toMatchObject([
    { name: second.name, place: `${to}/${second.name}`, isEncrypted: true },
  ])
  expect(await runCommand(settings, 'backup', 'verify', second.name, '--identity', key)).toMatchObject({ exitCode: 0 })
  await using target = await createEmptyDatabase()
  const restored = await runCommand(
    { ...settings, DATABASE_URL: target.url },
    'restore',
    `${to}/${second.name}`,
    '--identity',
    key,
  )
  expect(restored).toMatchObject({ exitCode: 0 })
  expect(await digestTables(target.sql)).toEqual(await digestTables(source.sql))
}, 120_000)

test('an upload is of several parts, and one whose source fails leaves nothing', async () => {
  const { S3_ENDPOINT: endpoint = '', S3_BUCKET: bucket = '', ...keys } = (await s3()).settings
  const credentials = { accessKeyId: keys.S3_ACCESS_KEY_ID ?? '', secretAccessKey: keys.S3_SECRET_ACCESS_KEY ?? '' }
  const options = { endpoint, bucket, region: 'auto', timeoutSeconds: 10, ...credentials }
  const store = createS3Archives(options, 'parts', 5 * 1024 * 1024)
  const bytes = randomBytes(12 * 1024 * 1024)
  const pieces = async function* (isBroken = false) {
    for (let at = 0; at < bytes.length; at += 700_000) yield bytes.subarray(at, at + 700_000)
    if (isBroken) throw new Error('The source broke.')
  }
  expect(await store.write('whole.tar', pieces())).toBe(bytes.length)
  expect(store.write('broken', pieces(true))).rejects.toThrow('The source broke.')
  expect(await store.list()).toEqual([{ name: 'whole.tar', bytes: bytes.length }])
  const read: Uint8Array[] = []
  for await (const piece of store.read('whole.tar')) read.push(piece)
  expect(Buffer.concat(read).equals(bytes)).toBe(true)
  await store.delete('whole.tar')
  expect(await store.list()).toEqual([])
}, 60_000)

const hasTools = ['age', 'zstd', 'tar'].every((name) => Bun.which(name) !== null)

test.skipIf(!hasTools)(
  'age, zstd, tar and psql’s \\copy are enough to get at the rows (skipped where one is missing)',
  async () => {
    const folder = makeTemporaryFolder()
    const source = resources.use(await openRealDatabase())
    const settings = { DATABASE_URL: source.url, DATA_DIRECTORY: join(folder, 'source') }
    await runCommand(settings, 'users', 'create', 'ada@example.com')
    const key = join(folder, 'key')
    const { output: recipient } = await runCommand(settings, 'backup', 'new-key', key)
    const { place } = await backUp(settings, '--to', folder, '--recipient', recipient)
    const out = makeTemporaryFolder()
    await Bun.$`age --decrypt --identity ${key} ${place} | zstd --decompress | tar --extract --directory ${out}`.quiet()
    expect(readdirSync(out).toSorted()).toEqual(['header.json', 'manifest.json', 'tables'])
    expect(await Bun.file(join(out, 'tables/public.user/000001.copy')).text()).toContain('\tada@example.com\t')
  },
  60_000,
)
