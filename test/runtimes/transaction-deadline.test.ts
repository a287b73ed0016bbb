import { expect, test } from 'bun:test'
import { createPostgres } from '#platform/postgres'
import { openRealDatabase } from './real-postgres'
import { openTcpProxy } from './tcp-proxy'

const timeoutSeconds = 1
const slackMs = 300

test('of transactions that find no Postgres none waits longer than a statement may, that for a connection included', async () => {
  await using database = await openRealDatabase()
  await using proxy = await openTcpProxy(database.url)
  const url = proxy.through(database.url)
  const { db, close } = createPostgres({ url, prepare: true, serverDeadline: true, timeoutSeconds, maxConnections: 1 })
  const begin = async () => {
    const startedAt = performance.now()
    const outcome = await db.transaction(async () => 'done').catch((error: Error) => error.message)
    return { outcome, milliseconds: performance.now() - startedAt }
  }
  expect((await begin()).outcome).toBe('done')
  await proxy.turn('black-hole')
  for (const { outcome, milliseconds } of await Promise.all([begin(), begin(), begin()])) {
    expect(outcome).toStartWith('database_unavailable')
    expect(milliseconds).toBeLessThan(timeoutSeconds * 1000 + slackMs)
  }
  await proxy.turn('clear')
  expect((await begin()).outcome).toBe('done')
  await close()
}, 30_000)
