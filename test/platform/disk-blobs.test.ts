import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Blobs } from '#core/blobs'
import { parseConfig } from '#core/config'
import { withCare } from '#platform/careful-blobs'
import { createDiskBlobs } from '#platform/disk-blobs'
import { systemClock } from '#platform/system'
import { makeTemporaryFolder, removeTemporaryFolders } from '../support/folders'

const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: 'a secret of thirty-two bytes or more' })
if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
const { config } = parsed

let root: string
let directory: string
let blobs: Blobs

beforeEach(() => {
  root = makeTemporaryFolder()
  directory = join(root, 'blobs')
  blobs = withCare(createDiskBlobs(directory, config, systemClock), { clock: systemClock, timeoutSeconds: 5 })
})
afterEach(removeTemporaryFolders)

const bytes = (text: string) => new TextEncoder().encode(text)
const textOf = async (key: string, range?: { offset: number; length: number }) => {
  const blob = await blobs.get(key, range)
  return blob && { ...blob, body: await new Response(blob.body).text() }
}

test('a blob is read as it was put, whole or in part, by its owner alone, until it is deleted', async () => {
  const large = 'All nature is but a machine. '.repeat(10_000)
  await blobs.put('avatars/name/64.webp', bytes(large), 'image/webp')
  expect(await textOf('avatars/name/64.webp')).toEqual({ body: large, contentType: 'image/webp', size: large.length })
  expect((await textOf('avatars/name/64.webp', { offset: 4, length: 6 }))?.body).toBe('nature')
  expect(await blobs.head('avatars/name/64.webp')).toEqual({ contentType: 'image/webp', size: large.length })
  const modes = ['', 'avatars', 'avatars/name', 'avatars/name/64.webp'].map(
    (path) => statSync(join(directory, path)).mode & 0o777,
  )
  expect(modes).toEqual([0o700, 0o700, 0o700, 0o600])

  await blobs.put('avatars/name/64.webp', bytes('another'), 'image/png')
  expect(await textOf('avatars/name/64.webp')).toEqual({ body: 'another', contentType: 'image/png', size: 7 })
  await blobs.put('avatars/name/128.webp', bytes(''), 'image/webp')
  expect(await textOf('avatars/name/128.webp')).toEqual({ body: '', contentType: 'image/webp', size: 0 })

  await blobs.delete(['avatars/name/64.webp', 'avatars/name/128.webp', 'avatars/nobody/64.webp'])
  expect(await blobs.get('avatars/name/64.webp')).toBeUndefined()
  expect(await blobs.head('avatars/name/64.webp')).toBeUndefined()
  // Nothing of it is left, not even a folder with its name.
  expect(readdirSync(directory)).toEqual([])
})

test('what a killed process began to write is deleted with its key', async () => {
  await blobs.put('exports/one', bytes('whole'), 'text/plain')
  await blobs.put('exports/one.more', bytes('whole'), 'text/plain')
  writeFileSync(join(directory, 'exports/.one~1815'), 'half')
  writeFileSync(join(directory, 'exports/.one.more~1815'), 'half')
  await blobs.delete(['exports/one'])
  expect(readdirSync(join(directory, 'exports')).toSorted()).toEqual(['.one.more~1815', 'one.more'])
})

const badKeys = ['', '/', '..', 'a/../b', 'a/./b', '/etc/passwd', 'a//b', 'a\0b', 'a/.hidden', '.a', 'a b', 'ä', 'a\\b']

test.each([...badKeys, 'a/%2e%2e/b', 'a/', 'x'.repeat(513)])('no key is %p', async (key) => {
  for (const use of [
    () => blobs.put(key, bytes(''), 'text/plain'),
    () => blobs.get(key),
    () => blobs.head(key),
    () => blobs.delete([key]),
    () => blobs.signUpload(key, { contentType: 'image/png', bytes: 1, seconds: 60 }),
  ]) {
    expect(use()).rejects.toThrow('This is no key of a blob')
  }
  expect(readdirSync(root)).toEqual([])
})

test('no link is followed, neither to a file nor to a folder elsewhere', async () => {
  const outside = join(root, 'outside')
  mkdirSync(outside)
  mkdirSync(directory)
  writeFileSync(join(outside, 'secret'), 'text/plain\nof somebody else')
  symlinkSync(outside, join(directory, 'folder'))
  mkdirSync(join(directory, 'avatars'))
  symlinkSync(join(outside, 'secret'), join(directory, 'avatars/file'))
  for (const key of ['folder/secret', 'avatars/file']) {
    expect(blobs.get(key)).rejects.toThrow('blobs_unavailable')
    expect(blobs.head(key)).rejects.toThrow('blobs_unavailable')
  }
  expect(blobs.put('folder/new', bytes('x'), 'text/plain')).rejects.toThrow('blobs_unavailable')
  expect(blobs.delete(['folder/secret'])).rejects.toThrow('blobs_unavailable')
  // A link in the place of a blob is replaced by the blob, or goes: what it leads to stays.
  const others = withCare(createDiskBlobs(directory, config, systemClock), { clock: systemClock, timeoutSeconds: 5 })
  await others.put('avatars/file', bytes('ours'), 'text/plain')
  expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('text/plain\nof somebody else')
  expect(readdirSync(outside)).toEqual(['secret'])
})

test('blobs that come and go in one folder at once do not disturb each other', async () => {
  const keys = Array.from({ length: 40 }, (_, index) => `avatars/name/${index}`)
  await Promise.all(
    keys.map(async (key) => {
      await blobs.put(key, bytes(key), 'text/plain')
      expect((await textOf(key))?.body).toBe(key)
      await blobs.delete([key])
    }),
  )
  expect(readdirSync(directory)).toEqual([])
})

test('two who delete the same blobs at once both succeed', async () => {
  for (let round = 0; round < 50; round += 1) {
    const keys = [64, 128, 256, 512].map((size) => `avatars/name-${round}/${size}.webp`)
    for (const key of keys) await blobs.put(key, bytes('a picture'), 'image/webp')
    await Promise.all([blobs.delete(keys), blobs.delete(keys), blobs.delete(keys.toReversed())])
    for (const key of keys) expect(await blobs.head(key)).toBeUndefined()
  }
})
