import { expect, test } from 'bun:test'
import { openDatabase } from '#db/database'
import { openWorld, type World } from '../../platform'

const unused = () => Promise.reject(new Error('unused'))

/** The same world, over a database whose newest migration is another. */
const withSchemaOf = (world: World, version: string | null) =>
  world.startAnother({}, { db: openDatabase({ run: async () => [{ version }], script: unused, begin: unused }) })

test('an instance is ready when its database answers and has the schema of this build, or a newer one', async () => {
  const world = await openWorld()
  const ready = {
    status: 'ready',
    dependencies: { database: { status: 'up', schema: 'current' }, redis: { status: 'absent' } },
  }
  expect(await world.send('GET /health/ready')).toMatchObject({ status: 200, body: ready })
  expect((await withSchemaOf(world, '9999999999999').send('GET /health/ready')).status).toBe(200)
})

test('an instance is not ready while the schema is behind, and says so', async () => {
  const world = await openWorld()
  for (const version of ['1', null]) {
    const answer = await withSchemaOf(world, version).send('GET /health/ready')
    expect(answer).toMatchObject({
      status: 503,
      body: { code: 'not_ready', dependencies: { database: { status: 'up', schema: 'behind' } } },
    })
    expect(answer.headers.get('retry-after')).toBe('5')
  }
})

test('an instance is ready without Redis, and says so', async () => {
  const world = await openWorld()
  const withRedis = (outcome: 'admitted' | 'unavailable') =>
    world.startAnother(
      { REDIS_URL: 'redis://redis.example.com' },
      { limiter: { take: async () => (outcome === 'admitted' ? { outcome, limits: [] } : { outcome }) } },
    )
  for (const [outcome, status] of [
    ['admitted', 'up'],
    ['unavailable', 'down'],
  ] as const) {
    expect(await withRedis(outcome).send('GET /health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ready', dependencies: { redis: { status } } },
    })
  }
})

test('an instance lives whatever becomes of its dependencies, and asks none', async () => {
  const world = await openWorld()
  expect(await world.send('GET /health/live')).toMatchObject({ status: 200, body: { status: 'live' } })
  expect(world.statements).toEqual([])
})

test('a process that was told to stop is not ready, and asks nobody whether it could be', async () => {
  const world = await openWorld()
  const stopping = world.startAnother({}, { isStopping: () => true })
  expect(await stopping.send('GET /health/ready')).toMatchObject({
    status: 503,
    body: { code: 'not_ready', stopping: true },
  })
  expect((await stopping.send('GET /health/live')).status).toBe(200)
  expect(world.statements).toEqual([])
})
