import { expect, test } from 'bun:test'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataDirectory } from '../support/bun-server'
import { get, logIn, post, registerAccount } from './account'
import { spawnServer, startServer } from './server-process'

/** An empty SECRET counts as absent: the directory keeps one. */
const settingsFor = (directory: string) => ({ ENVIRONMENT: 'test', DATA_DIRECTORY: directory, SECRET: '' })

test('accounts, sessions and the generated secret outlive a restart', async () => {
  const settings = settingsFor(await makeDataDirectory())
  const first = await startServer(settings)
  const { email, accessToken, refreshToken } = await registerAccount(first.url)
  expect(await first.stop('SIGTERM')).toBe(0)

  await using second = await startServer(settings)
  expect((await get(second.url, '/v1/me', accessToken)).status).toBe(200)
  expect((await post(second.url, '/auth/refresh', { refreshToken })).status).toBe(200)
  await logIn(second.url, email)
}, 60_000)

test('a second process on the same directory is refused with a sentence, and the first is unharmed', async () => {
  const settings = settingsFor(await makeDataDirectory())
  await using first = await startServer(settings)
  const { email } = await registerAccount(first.url)

  await using second = spawnServer(settings)
  expect(await second.exited).toBe(1)
  expect(second.errors()).toContain(`in use by process ${first.pid}`)
  expect(second.errors()).not.toContain('    at ')

  await logIn(first.url, email)
  expect(await first.stop('SIGTERM')).toBe(0)
}, 60_000)

test('of two processes that start at once on the same directory one serves and one is refused', async () => {
  const settings = settingsFor(await makeDataDirectory())
  await using first = spawnServer(settings)
  await using second = spawnServer(settings)
  const refused = await Promise.race([
    first.exited.then((code) => ({ code, other: second })),
    second.exited.then((code) => ({ code, other: first })),
  ])
  expect(refused.code).toBe(1)
  await Bun.sleep(500)
  expect(await Promise.race([refused.other.exited, Bun.sleep(500).then(() => 'runs')])).toBe('runs')
}, 60_000)

test('a pid file that a killed process left behind is no obstacle', async () => {
  const directory = await makeDataDirectory()
  const settings = settingsFor(directory)
  const killed = await startServer(settings)
  const { email } = await registerAccount(killed.url)
  await killed.stop('SIGKILL')
  expect(Number.parseInt(readFileSync(join(directory, 'pid'), 'utf8'), 10)).toBe(killed.pid)

  await using next = await startServer(settings)
  await logIn(next.url, email)
}, 60_000)

test('a pid file whose process is someone else by now is no obstacle', async () => {
  const directory = await makeDataDirectory()
  writeFileSync(join(directory, 'pid'), String(process.pid))
  await using server = await startServer(settingsFor(directory))
  await registerAccount(server.url)
}, 60_000)

test('a damaged pid file is no obstacle', async () => {
  const directory = await makeDataDirectory()
  writeFileSync(join(directory, 'pid'), 'garbage')
  await using server = await startServer(settingsFor(directory))
  expect(await server.stop('SIGTERM')).toBe(0)
  expect(existsSync(join(directory, 'pid'))).toBe(false)
}, 60_000)

test('only the owner can read the generated secret', async () => {
  const directory = await makeDataDirectory()
  await using _server = await startServer(settingsFor(directory))
  expect(statSync(join(directory, 'secret')).mode & 0o777).toBe(0o600)
}, 60_000)
