import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDiagnostics, runCompiler } from './client/consumer'
import { makeTemporaryFolder, repository } from './support/folders'

/**
 * What the compiler may instantiate for the server with its client: deterministic on one thread, unlike seconds. It was
 * 603,000 with eleven routes, 802,000 with 49, 913,000 with 57 and 1,066,000 with 83 and
 * 1,661,000 with 190; commands, backups and the doctor brought it to 1,857,000. A feature raises it a little; a schema inside a route, or one chain of
 * all routes, by much.
 */
const mostInstantiations = 2_000_000

test('the server is cheap to type-check', async () => {
  const project = join(makeTemporaryFolder(), 'tsconfig.json')
  const include = ['src', 'db'].map((folder) => join(repository, folder))
  const compilerOptions = { typeRoots: [join(repository, 'node_modules/@types')] }
  writeFileSync(project, JSON.stringify({ extends: join(repository, 'tsconfig.json'), compilerOptions, include }))
  const printed = await runCompiler(['--noEmit', '--singleThreaded', '-p', project, '--extendedDiagnostics'])
  const { faults, instantiations } = parseDiagnostics(printed)
  expect(faults).toEqual([])
  expect(instantiations).toBeLessThan(mostInstantiations)
}, 60_000)
