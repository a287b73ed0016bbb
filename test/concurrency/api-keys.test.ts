import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createPostgres } from '#platform/postgres'
import { makeKey, openKeyedWorld, query, registerStaff } from '../features/api-keys/keyed-world'
import type { World } from '../platform'
import { createDatabase } from '../support/postgres'
import { inParallel } from './parallel'

const database = await createDatabase(process.env.TEST_DATABASE_URL ?? '')
const pools: ReturnType<typeof createPostgres>[] = []

/** Connections of an instance to the database of this suite. */
const connect = () => {
  const pool = createPostgres({
    url: database.url,
    prepare: true,
    serverDeadline: true,
    timeoutSeconds: 20,
    maxConnections: 16,
  })
  pools.push(pool)
  return pool.db
}

let world: World
/** Two instances of the product. */
let instances: World[]
let token: string

beforeAll(async () => {
  const nowhere = await openKeyedWorld()
  const db = connect()
  world = { ...nowhere.startAnother({}, { db }), db: Object.assign(Object.create(nowhere.db), db) }
  instances = [world, world.startAnother({}, { db: connect() })]
  token = (await registerStaff(world)).accessToken
})

afterAll(async () => {
  await Promise.all(pools.map(({ close }) => close()))
  await database.drop()
})

const sendSixteen = (route: string, json?: object) =>
  inParallel(16, (index) => (instances[index % 2] ?? world).send(route, { token, ...(json !== undefined && { json }) }))

const countEvents = async (type: string, keyId: string) =>
  (await query(world, "select 1 from audit_event where type = $1 and data ->> 'keyId' = $2", [type, keyId])).length

test.each([{ overlapSeconds: 86_400 }, { overlapSeconds: 0 }])(
  'of sixteen rolls of one key at once, on two instances, one makes a successor (%o)',
  async (json) => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await makeKey(world, { accessToken: token })
      const replies = await sendSixteen(`POST /v1/api-keys/${id}/roll`, json)
      expect(replies.map(({ status }) => status).toSorted()).toEqual([201, ...Array(15).fill(409)])
      expect(new Set(replies.map(({ body }) => Object(body).code))).toEqual(new Set([undefined, 'already_rolled']))
      const [row] = await query(world, 'select replaced_by as "replacedBy" from api_key where id = $1', [id])
      const won = replies.find(({ status }) => status === 201)
      expect(Object(row).replacedBy).toBe(Object(won?.body).id)
      expect(await countEvents('api_key.rolled', id)).toBe(1)
    }
  },
)

test('of sixteen revocations at once one happens, and all say that it did', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { id } = await makeKey(world, { accessToken: token })
    const replies = await sendSixteen(`DELETE /v1/api-keys/${id}`)
    expect(replies.map(({ status }) => status)).toEqual(Array(16).fill(204))
    expect(await countEvents('api_key.revoked', id)).toBe(1)
  }
})

test('a roll and a revocation at once leave no key that is accepted but, if it came first, the successor', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { id } = await makeKey(world, { accessToken: token })
    const [rolled, revoked] = await Promise.all([
      world.send(`POST /v1/api-keys/${id}/roll`, { token, json: {} }),
      (instances[1] ?? world).send(`DELETE /v1/api-keys/${id}`, { token }),
    ])
    expect(revoked.status).toBe(204)
    expect([201, 404]).toContain(rolled.status)
    const rows = await query(
      world,
      'select replaced_by as "replacedBy", revoked_at as "revokedAt" from api_key where id = $1',
      [id],
    )
    expect(Object(rows[0]).revokedAt).not.toBeNull()
    expect(Object(rows[0]).replacedBy).toBe(rolled.status === 201 ? Object(rolled.body).id : null)
  }
})

test('of sixteen new keys at once as many are made as there is room for', async () => {
  const live = async () =>
    (await query(world, 'select 1 from api_key where revoked_at is null and replaced_by is null')).length
  while ((await live()) < 45) await makeKey(world, { accessToken: token })
  const replies = await sendSixteen('POST /v1/api-keys', { name: 'Nightly', scopes: [] })
  const made = replies.filter(({ status }) => status === 201).length
  expect(replies.filter(({ status }) => status === 409)).toHaveLength(16 - made)
  expect(made).toBe(5)
  expect(await live()).toBe(50)
})
