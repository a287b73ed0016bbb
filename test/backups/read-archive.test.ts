import { expect, test } from 'bun:test'
import { packTar } from 'modern-tar'
import { BrokenArchive, type Manifest } from '../../src/backups/manifest'
import { readArchive } from '../../src/backups/read-archive'

const sha256 = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('hex')

const header = { format: 1 as const, createdAt: '2026-11-30T19:00:00.000Z', schemaVersion: 1 }
const rows = ['1\tAda\n2\tGrace\n', '3\tMary\n']
const blob = '{"key":"avatars/a","contentType":"image/webp"}\npixels'

const manifest: Manifest = {
  ...header,
  postgresVersion: '15',
  queueVersion: 1,
  tables: [
    { name: 'public.role', columns: ['name'], rows: 0, bytes: 0, sha256: sha256('') },
    { name: 'public.user', columns: ['id', 'name'], rows: 3, bytes: 21, sha256: sha256(rows.join('')) },
  ],
  ...{ sequences: [], partitions: [], seals: [], sealedKeys: [] },
  blobs: { count: 1, bytes: 6, missing: 0, sha256: sha256(`${sha256('pixels')}  image/webp  avatars/a\n`) },
}

const whole: [name: string, text: string][] = [
  ['header.json', JSON.stringify(header)],
  ['tables/public.user/000001.copy', rows[0] ?? ''],
  ['tables/public.user/000002.copy', rows[1] ?? ''],
  ['blobs/00000001', blob],
  ['manifest.json', JSON.stringify(manifest)],
]

const archiveOf = async function* (entries: [string, string][], bytes = Number.POSITIVE_INFINITY) {
  yield (
    await packTar(entries.map(([name, body]) => ({ header: { name, size: body.length, type: 'file' }, body })))
  ).slice(0, bytes)
}

/** The same archive with something else in an entry, or without it. */
const changed = (name: string, text?: string): [string, string][] =>
  whole.flatMap(([known, body]) => (known !== name ? [[known, body]] : text === undefined ? [] : [[known, text]]))

test('an archive is read in its parts, and says what is in it', async () => {
  const seen: string[] = []
  const read = await readArchive(archiveOf(whole), {
    table: async (name, parts) => {
      for await (const part of parts) seen.push(`${name} ${part.length}`)
    },
    blob: async ({ key, contentType, bytes }) => void seen.push(`${key} ${contentType} ${bytes.length}`),
  })
  expect(read).toEqual(manifest)
  expect(seen).toEqual(['public.user 14', 'public.user 7', 'avatars/a image/webp 6'])
})

const faults: [what: string, entries: [string, string][], message: RegExp][] = [
  [
    'a row is another one',
    changed('tables/public.user/000002.copy', '3\tMarx\n'),
    /public.user is not as it was written/,
  ],
  ['a row is missing', changed('tables/public.user/000001.copy', '1\tAda\n'), /public.user is not as it was written/],
  ['a part is missing', changed('tables/public.user/000002.copy'), /public.user is not as it was written/],
  ['a file is another one', changed('blobs/00000001', blob.replace('pixels', 'pixelz')), /files are not as they were/],
  [
    'a file has another name',
    changed('blobs/00000001', blob.replace('avatars/a', 'avatars/b')),
    /files are not as they/,
  ],
  ['a file is missing', changed('blobs/00000001'), /files are not as they were/],
  ['the manifest is missing', changed('manifest.json'), /cut off/],
  ['the manifest is nonsense', changed('manifest.json', '{}'), /manifest of the archive can’t be read/],
  [
    'a table is one too many',
    [...whole.slice(0, 4), ['tables/public.role/000001.copy', 'x\n'], ...whole.slice(4)],
    /public.role is not/,
  ],
  [
    'there is a table that no manifest names',
    [...whole.slice(0, 4), ['tables/public.team/000001.copy', 'x\n'], ...whole.slice(4)],
    /not in its manifest/,
  ],
  ['an entry is of another kind', [...whole.slice(0, 4), ['../../etc/passwd', 'x'], ...whole.slice(4)], /another kind/],
  ['it goes on after the manifest', [...whole, ['blobs/00000002', blob]], /after the end/],
  ['it does not begin with its header', whole.slice(1), /no backup of Postern’s/],
  ['there is nothing in it', [], /no backup of Postern’s/],
]

test.each(faults)('it is refused when %s', async (_, entries, message) => {
  const failure = await readArchive(archiveOf(entries)).catch((error) => error)
  expect(failure).toBeInstanceOf(BrokenArchive)
  expect(failure.message).toMatch(message)
})

test('it is refused wherever it is cut off', async () => {
  const [all] = await Array.fromAsync(archiveOf(whole))
  const end = (all?.length ?? 0) - 1024
  for (let bytes = 0; bytes < end; bytes += 311) {
    expect(await readArchive(archiveOf(whole, bytes)).catch((error) => error)).toBeInstanceOf(BrokenArchive)
  }
})
