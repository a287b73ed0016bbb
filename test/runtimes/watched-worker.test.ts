import { expect, test } from 'bun:test'
import { findFreePort } from '../support/free-port'
import { registerAccount } from './account'
import { waitUntil } from './queue-rows'
import { openRealDatabase } from './real-postgres'
import { runCommand, startServer, startWorker } from './server-process'

const OPERATOR_TOKEN = crypto.getRandomValues(new Uint8Array(32)).toHex()

test('a process that only works jobs tells whoever watches it how it is and what it measured, and nothing else', async () => {
  await using database = await openRealDatabase()
  const settings = { DATABASE_URL: database.url, OPERATOR_TOKEN }
  await using server = await startServer({ ...settings, WORK_JOBS: 'off' })
  const port = String(findFreePort())
  await using worker = await startWorker(settings, '--port', port)
  const ask = (path: string, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers })
  await registerAccount(server.url)

  const authorization = `Bearer ${OPERATOR_TOKEN}`
  const measured = async () => (await ask('/metrics', { authorization })).text()
  const isWorked = /^jobs_finished_total\{queue="send-registration-mail",outcome="completed"\} 1$/m
  await waitUntil(async () => isWorked.test(await measured()), 20)

  expect((await ask('/metrics')).status).toBe(404)
  expect((await ask('/health/live')).status).toBe(200)
  expect(await (await ask('/health/ready')).json()).toMatchObject({ status: 'ready' })
  expect((await ask('/v1/me', { authorization })).status).toBe(404)
  expect(await worker.stop('SIGTERM')).toBe(0)
})

test('a port that is none is refused before a job is taken', async () => {
  await using database = await openRealDatabase()
  const { exitCode, errors } = await runCommand({ DATABASE_URL: database.url }, 'work', '--port', 'http')
  expect([exitCode, errors]).toEqual([2, expect.stringContaining('--port is a number')])
})
