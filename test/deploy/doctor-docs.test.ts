import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { describeChecks } from '../../deploy/build-doctor-docs'
import { checks } from '../../src/features/doctor/verdict'

const root = join(import.meta.dir, '../..')
const read = (path: string) => Bun.file(join(root, path)).text()

test('the page of the doctor has each check as it is (bun run docs)', async () => {
  expect((await read('docs/doctor.md')).endsWith(`\n${describeChecks()}`)).toBe(true)
})

test('each check is found by a test', async () => {
  const files = [
    'runtimes/doctor-database',
    'runtimes/doctor-settings',
    'runtimes/doctor-outside',
    'features/doctor/judge',
  ]
  const texts = await Promise.all(files.map((name) => read(`test/${name}.test.ts`)))
  const untested = Object.keys(checks).filter((name) => !texts.some((text) => text.includes(`'${name}'`)))
  expect(untested).toEqual([])
})
