import { afterAll, beforeAll, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeTemporaryFolder, repository } from '../support/folders'
import { findFreePort } from '../support/free-port'
import { blackPng } from '../support/pictures'
import { bareEnvironment } from '../support/server'
import { get, logIn, registerAccount } from './account'
import { waitUntil } from './queue-rows'
import { secret } from './server-process'

const folder = makeTemporaryFolder()
const binary = join(folder, 'postern')
const port = findFreePort()
const url = `http://127.0.0.1:${port}`
const settings = {
  ...bareEnvironment(),
  ENVIRONMENT: 'test',
  PORT: String(port),
  BASE_URL: url,
  SECRET: secret,
  RATE_LIMITS: 'off',
  EMAIL_VERIFICATION: 'optional',
  DATA_DIRECTORY: join(folder, 'data'),
}

const started: Bun.Subprocess[] = []

/** Runs it where nothing of the repository is. */
const run = (...words: string[]) => {
  const child = Bun.spawn([binary, ...words], { cwd: folder, env: settings, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  return child
}

beforeAll(async () => {
  const build = Bun.spawn([process.execPath, join(repository, 'deploy/build-binary.ts'), binary], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const errors = await new Response(build.stderr).text()
  if ((await build.exited) !== 0) throw new Error(errors)
}, 60_000)

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await Promise.all(started.map(({ exited }) => exited))
  rmSync(folder, { recursive: true, force: true })
})

test('the single binary migrates, serves, hashes, draws pictures, stops and makes a backup, with nothing beside it', async () => {
  const migration = run('migrate')
  expect(await new Response(migration.stdout).text()).toEndWith('are current.\n')
  expect(await migration.exited).toBe(0)

  const server = run('serve')
  await waitUntil(async () => (await run('check-health').exited) === 0, 30)
  expect(await (await get(url, '/health/ready')).json()).toMatchObject({ status: 'ready' })
  const { email, accessToken } = await registerAccount(url)
  await logIn(url, email)
  const picture = await fetch(`${url}/v1/me/avatar`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'image/png' },
    body: blackPng(64, 64),
  })
  expect(picture.status).toBe(200)
  expect((await (await get(url, '/docs/reference.js')).text()).length).toBeGreaterThan(1_000_000)
  // Where the native hash is missing Bun’s own takes its place, so that nobody would notice.
  const maps = Bun.file(`/proc/${server.pid}/maps`)
  if (process.platform === 'linux') expect(await maps.text()).toContain('.node')
  server.kill('SIGTERM')
  expect(await server.exited).toBe(0)
  expect(await run('check-health').exited).toBe(1)
  expect(await run('backup', '--to', folder, '--unencrypted').exited).toBe(0)
  expect(await run('backup', 'list', '--to', folder).exited).toBe(0)
}, 90_000)
