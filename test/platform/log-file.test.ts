import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openLogFile } from '#platform/log-file'
import { makeTemporaryFolder } from '../support/folders'

const folder = makeTemporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Trouble = Parameters<Parameters<typeof openLogFile>[0]['onTrouble']>[0]

const open = (name: string, { mostBytes = 1000, kept = 3 } = {}) => {
  const path = join(folder, name, 'postern.log')
  mkdirSync(join(folder, name), { recursive: true })
  const troubles: Trouble[] = []
  return {
    path,
    troubles,
    file: openLogFile({ path, mostBytes, kept, onTrouble: (trouble) => troubles.push(trouble) }),
  }
}

const lineOf = (number: number) => JSON.stringify({ number, text: 'x'.repeat(number % 50) })

/** Every line there is, from the oldest file to the newest. */
const linesIn = (path: string): string[] => {
  const names = readdirSync(join(path, '..')).sort(
    (a, b) => Number(b.split('.')[2] ?? 0) - Number(a.split('.')[2] ?? 0),
  )
  return names.flatMap((name) =>
    readFileSync(join(path, '..', name), 'utf8')
      .split('\n')
      .slice(0, -1),
  )
}

test('a full file is put aside, no line is torn or lost, and none stands twice', async () => {
  const { path, troubles, file } = open('rotates', { kept: 200 })
  const lines = Array.from({ length: 2000 }, (_, number) => lineOf(number))
  for (const [index, line] of lines.entries()) {
    file.write(line)
    if (index % 97 === 0) await Bun.sleep(0)
  }
  await file.close()
  expect(linesIn(path)).toEqual(lines)
  const sizes = readdirSync(join(path, '..')).map((name) => Bun.file(join(path, '..', name)).size)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1000)
  expect(sizes.length).toBeGreaterThan(50)
  expect(troubles).toEqual([])
})

test('only so many full files are kept, the newest lines in the file itself', async () => {
  const { path, file } = open('keeps', { kept: 2 })
  for (let number = 0; number < 500; number += 1) file.write(lineOf(number))
  await file.close()
  expect(readdirSync(join(path, '..')).sort()).toEqual(['postern.log', 'postern.log.1', 'postern.log.2'])
  expect(linesIn(path).at(-1)).toBe(lineOf(499))
})

test('it goes on where a process before left off', async () => {
  const first = open('goes-on')
  first.file.write('a')
  await first.file.close()
  const second = open('goes-on')
  second.file.write('b')
  await second.file.close()
  expect(linesIn(first.path)).toEqual(['a', 'b'])
})

test('a file that somebody else put aside is begun anew', async () => {
  const { path, file } = open('moved')
  file.write('a')
  while (linesIn(path).length < 1) await Bun.sleep(1)
  renameSync(path, `${path}.1`)
  file.write('b')
  await file.close()
  expect(readFileSync(path, 'utf8')).toBe('b\n')
  expect(linesIn(path)).toEqual(['a', 'b'])
})

test('two processes that write to one file lose nothing', async () => {
  const files = [open('shared', { kept: 500 }), open('shared', { kept: 500 })]
  for (let number = 0; number < 600; number += 1) {
    files[number % 2]?.file.write(lineOf(number))
    if (number % 50 === 0) await Bun.sleep(1)
  }
  for (const { file } of files) await file.close()
  const lines = linesIn(files[0]?.path ?? '')
  expect(lines.toSorted()).toEqual(Array.from({ length: 600 }, (_, number) => lineOf(number)).toSorted())
})

test('a disk that refuses lines is told of once, holds nobody up, and gets them when it takes lines again', async () => {
  const { path, troubles, file } = open('broken')
  rmSync(join(path, '..'), { recursive: true })
  for (let number = 0; number < 10; number += 1) file.write(lineOf(number))
  while (troubles.length < 1) await Bun.sleep(1)
  expect(troubles).toEqual([{ error: expect.objectContaining({ code: 'ENOENT' }) }])
  mkdirSync(join(path, '..'))
  while (readdirSync(join(path, '..')).length < 1) await Bun.sleep(20)
  await file.close()
  expect(linesIn(path)).toHaveLength(10)
  expect(troubles).toHaveLength(1)
})

test('lines beyond what may wait are counted, not kept', async () => {
  const { path, troubles, file } = open('flooded', { mostBytes: 1e9 })
  rmSync(join(path, '..'), { recursive: true })
  const large = 'x'.repeat(1024 * 1024)
  for (let number = 0; number < 12; number += 1) file.write(large)
  while (troubles.length < 1) await Bun.sleep(1)
  mkdirSync(join(path, '..'))
  while (troubles.length < 2) await Bun.sleep(20)
  await file.close()
  expect(linesIn(path)).toHaveLength(7)
  expect(troubles[1]).toEqual({ lost: 5 })
})
