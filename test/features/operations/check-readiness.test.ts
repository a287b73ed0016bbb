import { expect, test } from 'bun:test'
import { openDatabase } from '#db/database'
import { buildNumber, listMigrationsSince, schemaVersion } from '#db/schema-version'
import { openWorld, type World } from '../../platform'

const unused = () => Promise.reject(new Error('unused'))

/** The same world, over a database whose newest migration is another, and which demands a build of its servers. */
const withSchemaOf = (world: World, version: string | null, least: string | null = null) =>
  world.startAnother({}, { db: openDatabase({ run: async () => [{ version, least }], script: unused, begin: unused }) })

const nameOf = (number: number) => `${String(number).padStart(4, '0')}_anything`

test('an instance is ready when its database answers and has the schema of this build, or a newer one', async () => {
  const world = await openWorld()
  const ready = (schema: string) => ({
    status: 200,
    body: { status: 'ready', dependencies: { database: { status: 'up', schema }, redis: { status: 'absent' } } },
  })
  expect(await world.send('GET /health/ready')).toMatchObject(ready('current'))
  for (const least of [null, nameOf(0), nameOf(buildNumber)]) {
    const newer = withSchemaOf(world, '9999999999999', least)
    expect(await newer.send('GET /health/ready')).toMatchObject(ready('ahead'))
  }
})

test('an instance is not ready while the schema is behind, and says what is missing and what to run', async () => {
  const world = await openWorld()
  const all = listMigrationsSince(0)
  for (const [version, missing] of [
    [null, all],
    ['1', all],
    [String(schemaVersion - 1), all.slice(-1)],
  ] as const) {
    const answer = await withSchemaOf(world, version).send('GET /health/ready')
    expect(answer).toMatchObject({
      status: 503,
      body: {
        code: 'not_ready',
        dependencies: { database: { status: 'up', schema: 'behind', missing, remedy: 'Run: bun postern migrate' } },
      },
    })
    expect(answer.headers.get('retry-after')).toBe('5')
  }
})

test('an instance is not ready on a schema that took away what it needs, and says which build to deploy', async () => {
  const world = await openWorld()
  const least = nameOf(buildNumber + 1)
  expect(await withSchemaOf(world, '9999999999999', least).send('GET /health/ready')).toMatchObject({
    status: 503,
    body: { dependencies: { database: { schema: 'too-new', remedy: expect.stringContaining(least) } } },
  })
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
