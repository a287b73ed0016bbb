import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockDataDirectory, readOrCreateSecret } from '#platform/data-directory'
import { readEnvironment } from '#platform/environment'

const root = mkdtempSync(join(tmpdir(), 'postern-test-'))
afterAll(() => rmSync(root, { recursive: true }))

const permissionsOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('the development secret is made once, is long and random, and is readable by its owner only', () => {
  const directory = join(root, 'made', 'deep')
  const secret = readOrCreateSecret(directory)
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  expect(readOrCreateSecret(directory)).toBe(secret)
  expect(readOrCreateSecret(join(root, 'other'))).not.toBe(secret)
  expect(permissionsOf(join(directory, 'secret'))).toBe('600')
  expect(permissionsOf(directory)).toBe('700')
})

test('a directory is free again when it was given back, or when its process is dead', () => {
  const directory = join(root, 'free')
  const giveBack = lockDataDirectory(directory)
  giveBack()
  expect(existsSync(join(directory, 'pid'))).toBe(false)
  writeFileSync(join(directory, 'pid'), '4194305')
  expect(lockDataDirectory(directory)).toBeFunction()
})

test('a secret is made up outside production only, and never in the place of one that is given', () => {
  const DATA_DIRECTORY = join(root, 'environment')
  const made = readEnvironment({ ENVIRONMENT: 'development', DATA_DIRECTORY })
  expect(made).toMatchObject({ ok: true, config: { SECRET: [readOrCreateSecret(DATA_DIRECTORY)] } })
  const given = 'a secret of thirty-two bytes or more'
  expect(readEnvironment({ ENVIRONMENT: 'development', DATA_DIRECTORY, SECRET: given })).toMatchObject({
    config: { SECRET: [given] },
  })
  const none = join(root, 'none')
  for (const ENVIRONMENT of ['production', '', undefined]) {
    expect(readEnvironment({ ENVIRONMENT, DATA_DIRECTORY: none }).ok).toBe(false)
  }
  expect(existsSync(none)).toBe(false)
})
