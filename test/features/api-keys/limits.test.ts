import { beforeEach, expect, test } from 'bun:test'
import type { LimitUse } from '#core/platform'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { foreignKey } from '../../support/foreign-key'
import { machineToken, makeKey, makeMachineKey, openKeyedWorld, registerStaff } from './keyed-world'

let world: World
let staff: TokenSet

beforeEach(async () => {
  const quiet = await openKeyedWorld()
  staff = await registerStaff(quiet)
  world = quiet.startAnother({ RATE_LIMITS: 'on' })
})

const use = (instance: World, token: string) =>
  instance.send('POST /v1/auth/introspect', { token, json: { token: 'nothing' } })

const programs = async (fields: object) => {
  const { key, id, clientId } = await makeMachineKey(world, staff, ['tokens:introspect', 'api-keys:verify'])
  const { accessToken: token } = staff
  const address = `/v1/admin/service-accounts/${clientId}/api-keys/${id}`
  const changed = await world.send(`PATCH ${address}`, { token, json: fields })
  expect(changed.status).toBe(200)
  return { key, clientId }
}

test('a key that has a number of its own is held to it, whether it was known or not', async () => {
  const { key } = await programs({ limitPerMinute: 3 })
  const policies = []
  for (const status of [200, 200, 200, 429, 429]) {
    const answer = await use(world, key)
    expect(answer.status).toBe(status)
    policies.push(answer.headers.get('ratelimit-policy')?.includes('"apiKey";q=3;w=60'))
  }
  expect(policies).toEqual([true, true, true, true, true])
  world.advance(11)
  // It is not known any more: it is looked up while it is counted.
  const refused = await use(world, key)
  expect(refused.status).toBe(429)
  expect(refused.body).toMatchObject({ code: 'rate_limited' })
  expect(Number(refused.headers.get('retry-after'))).toBeWithin(1, 61)
  world.advance(60)
  expect((await use(world, key)).status).toBe(200)
})

test('a key may have more than the others, and more than its network', async () => {
  const { key } = await programs({ limitPerMinute: 700 })
  const counted = world.startAnother({ RATE_LIMIT_OVERRIDES: 'everyone=100000/60,apiKey=5/60,address=10/60' })
  for (let count = 0; count < 30; count += 1) expect((await use(counted, key)).status).toBe(200)
  const other = await programs({})
  for (const status of [200, 200, 200, 200, 200, 429]) expect((await use(counted, other.key)).status).toBe(status)
})

test('keys that are none use up their network, and a key that is looked up is counted at the same time', async () => {
  const { key } = await programs({})
  const order: string[] = []
  const { db } = world.platform
  const counted = world.startAnother(
    { RATE_LIMIT_OVERRIDES: 'address=2/60' },
    {
      db: {
        ...db,
        run: async (text, values, rows) => {
          if (text.includes('key_hash =')) order.push('look up')
          return db.run(text, values, rows)
        },
      },
      limiter: {
        take: async (uses: LimitUse[]) => {
          order.push(uses.map(({ name }) => name).join('+'))
          await Bun.sleep(5)
          order.push('counted')
          return {
            outcome: 'admitted',
            limits: uses.map((one) => ({ ...one, remaining: one.limit - 1, resetSeconds: 60 })),
          }
        },
      },
    },
  )
  await use(counted, key)
  await use(counted, key)
  expect(order).toEqual(['everyone+address+apiKey', 'look up', 'counted', 'everyone+apiKey', 'counted'])
  const strict = world.startAnother({ RATE_LIMIT_OVERRIDES: 'address=2/60' })
  for (const status of [401, 401, 429]) expect((await use(strict, foreignKey())).status).toBe(status)
})

test('a service is told how many uses of a key are left; its own are others', async () => {
  const asker = await programs({})
  const mine = await makeKey(world, staff, { limitPerMinute: 2 })
  const verify = async () =>
    (await world.send('POST /v1/api-keys/verify', { token: asker.key, json: { key: mine.key } })).body
  expect(await verify()).toMatchObject({ code: 'valid', remaining: 1 })
  expect(await verify()).toMatchObject({ code: 'valid', remaining: 0 })
  expect(await verify()).toMatchObject({ valid: false, code: 'rate_limited', remaining: 0, keyId: mine.id })
  world.advance(11)
  expect(await verify()).toMatchObject({ valid: false, code: 'rate_limited', remaining: 0 })
  world.advance(60)
  expect(await verify()).toMatchObject({ code: 'valid', remaining: 1 })
})

test('a token has the number of the key that it was got with', async () => {
  const robot = await programs({ limitPerMinute: 2 })
  const { access_token: token } = await machineToken(world, robot)
  for (const status of [200, 200, 429]) expect((await use(world, token)).status).toBe(status)
})

test('whoever guesses secrets of clients is held back by their network', async () => {
  const form = `grant_type=client_credentials&client_id=${crypto.randomUUID()}&client_secret=${foreignKey()}`
  const counted = world.startAnother({ RATE_LIMIT_OVERRIDES: 'machineSignIn=3/60' })
  const statuses = []
  for (let count = 0; count < 4; count += 1)
    statuses.push((await counted.send('POST /v1/oauth/token', { form })).status)
  expect(statuses).toEqual([401, 401, 401, 429])
  const refused = await counted.send('POST /v1/oauth/token', { form })
  expect(refused.body).toEqual({ error: 'temporarily_unavailable', error_description: expect.any(String) })
})
