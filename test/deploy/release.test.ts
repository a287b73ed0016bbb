import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { buildClient } from '../../deploy/build-client'
import { buildPackage } from '../../deploy/build-package'
import { findNotes } from '../../deploy/release-notes'
import { makeTemporaryFolder, repository } from '../support/folders'

const Packed = z.tuple([z.object({ files: z.array(z.object({ path: z.string() })) })])

test('the published package is the client, without anything of the server', async () => {
  const folder = join(makeTemporaryFolder(), 'package')
  const client = join(repository, 'dist/client')
  if (!existsSync(client)) await buildClient(client)
  await buildPackage(client, folder, 'https://github.com/example/postern')
  const { stdout, exitCode } = Bun.spawnSync(['npm', 'pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
    stderr: 'ignore',
  })
  expect(exitCode).toBe(0)
  const [{ files }] = Packed.parse(JSON.parse(stdout.toString()))
  const paths = files.map(({ path }) => path)
  expect(paths).toContain('dist/client/client.js')
  expect(
    paths.filter((path) => !/^(dist\/client\/[\w./-]+\.(js|d\.ts)|LICENSE|README\.md|package\.json)$/.test(path)),
  ).toEqual([])
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect(Object.keys(manifest.dependencies)).toEqual(['hono'])
  expect(manifest).not.toHaveProperty('scripts')
  expect(manifest).not.toHaveProperty('imports')
  expect(manifest.repository.url).toBe('git+https://github.com/example/postern.git')
}, 60_000)

const changelog =
  '# Changelog\n\n## Unreleased\n\nNew.\n\n## 1.2.0 (2026-12-01)\n\n- One.\n- Two.\n\n## 1.1.0 (unreleased)\n\nNo.\n'

test('a release says what the changelog says of its version', () => {
  expect(findNotes(changelog, '1.2.0')).toBe('- One.\n- Two.')
})

test.each([
  ['1.3.0', 'says nothing'],
  ['1.2', 'says nothing'],
  ['1.1.0', 'unreleased'],
])('there is no release of %s, of which the changelog %s', (version, complaint) => {
  expect(() => findNotes(changelog, version)).toThrow(complaint)
})
