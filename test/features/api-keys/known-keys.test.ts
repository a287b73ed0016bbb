import { expect, test } from 'bun:test'
import { parseConfig } from '#core/config'
import type { Context } from '#core/context'
import { type KnownKey, lookUpKey, recallKey } from '#features/api-keys/known-keys'
import { makeKey, makeMachineKey, openKeyedWorld, registerStaff } from './keyed-world'

const keyOf = (name: string): KnownKey => ({
  id: crypto.randomUUID(),
  name,
  owner: { kind: 'user', id: crypto.randomUUID() },
  organizationId: null,
  permissions: [],
  allowedNetworks: [],
  limitPerMinute: null,
  expiresAt: null,
  lastUsedAt: null,
})

/** A clock in our hands, and a context of an instance that remembers nothing yet. */
const openInstance = () => {
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: 'the root secret of the test platform' })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  const time = { now: 1_000_000 }
  const ctx: Pick<Context, 'config' | 'clock'> = { config: parsed.config, clock: { now: () => new Date(time.now) } }
  // What remembers keys reads nothing else of a context.
  return { time, ctx: ctx as Context }
}

/** Chances that are the same in each run (mulberry32). */
const chancesOf = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'whatever happens in whatever order, no key is accepted ten seconds after its revocation (%d)',
  async (seed) => {
    const chance = chancesOf(seed)
    const { time, ctx } = openInstance()
    const names = ['a', 'b', 'c']
    const revokedAt = new Map<string, number>()
    const waiting: { answer: () => void; done: Promise<void> }[] = []
    let accepted = 0
    const hold = (name: string, key: KnownKey | null | undefined) => {
      if (!key) return
      accepted += 1
      const since = time.now - (revokedAt.get(name) ?? Number.POSITIVE_INFINITY)
      expect(since, `${name} was revoked ${since} ms ago`).toBeLessThan(10_000)
    }
    for (let step = 0; step < 2000; step += 1) {
      const name = names[Math.floor(chance() * names.length)] ?? 'a'
      const act = chance()
      if (act < 0.35) hold(name, recallKey(ctx, name))
      else if (act < 0.6) {
        // The database reads when it is asked; the answer comes when it comes.
        const found = revokedAt.has(name) ? null : keyOf(name)
        const { promise, resolve } = Promise.withResolvers<KnownKey | null>()
        const done = lookUpKey(ctx, name, () => promise).then(
          (key) => hold(name, key),
          (error) => expect(String(error)).toContain('database_unavailable'),
        )
        waiting.push({ answer: () => resolve(found), done })
      } else if (act < 0.8) {
        const [next] = waiting.splice(Math.floor(chance() * waiting.length), 1)
        next?.answer()
        await next?.done
      } else if (act < 0.82) revokedAt.set(name, revokedAt.get(name) ?? time.now)
      else if (act < 0.84) revokedAt.delete(name)
      else time.now += Math.floor(chance() * 4000)
    }
    expect(accepted).toBeGreaterThan(20)
  },
)

test('ten thousand keys are remembered and no more; the one that was looked up first is forgotten', async () => {
  const { ctx } = openInstance()
  for (let index = 0; index <= 10_000; index += 1) await lookUpKey(ctx, `hash ${index}`, async () => null)
  expect(recallKey(ctx, 'hash 0')).toBeUndefined()
  expect(recallKey(ctx, 'hash 1')).toBeNull()
  expect(recallKey(ctx, 'hash 10000')).toBeNull()
})

test('a revocation is seen ten seconds later though a look-up was in flight, which took eight of them', async () => {
  const world = await openKeyedWorld()
  const staff = await registerStaff(world)
  const { key, id, clientId } = await makeMachineKey(world, staff, ['tokens:introspect'])
  const { db } = world.platform
  let isAsked = () => {}
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve
  })
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  /** It reads at once, and hands over what it read when it is let. */
  const run: typeof db.run = async (text, values, rows) => {
    const found = await db.run(text, values, rows)
    if (text.includes('key.key_hash =')) {
      isAsked()
      await released
    }
    return found
  }
  const slow = world.startAnother({}, { db: { ...db, run } })
  const introspect = () => slow.send('POST /v1/auth/introspect', { token: key, json: { token: 'nothing' } })
  const inFlight = introspect()
  await asked
  const owner = `/v1/admin/service-accounts/${clientId}/api-keys`
  await world.send(`DELETE ${owner}/${id}`, { token: staff.accessToken })
  world.advance(8)
  release()
  expect((await inFlight).status).toBe(200)
  world.advance(1.999)
  expect((await introspect()).status).toBe(200)
  world.advance(0.001)
  expect((await introspect()).body).toMatchObject({ code: 'invalid_api_key' })
})

test('an answer that took ten seconds is none', async () => {
  const { time, ctx } = openInstance()
  const late = async () => {
    time.now += 10_000
    return keyOf('late')
  }
  await expect(lookUpKey(ctx, 'late', late)).rejects.toThrow('database_unavailable')
  expect(recallKey(ctx, 'late')).toBeUndefined()
})

test('what is no key reaches no database: another prefix, length, spelling or sum', async () => {
  const world = await openKeyedWorld()
  const staff = await registerStaff(world)
  const { key } = await makeKey(world, staff)
  const turned = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A')
  const flipped = `${key.slice(0, 20)}${key[20] === 'x' ? 'y' : 'x'}${key.slice(21)}`
  const garbage = [turned, flipped, key.slice(0, -1), `${key}A`, 'postern_', `postern_${'A'.repeat(48)}A`, `${key}=`]
  const before = world.statements.length
  for (const token of garbage) {
    expect((await world.send('GET /v1/api-keys', { token })).body).toMatchObject({ code: 'invalid_api_key' })
  }
  expect(world.statements.slice(before)).toEqual([])
})

test('a key that is known costs no statement, one that is not costs one, and its last use is noted once a minute', async () => {
  const world = await openKeyedWorld()
  const staff = await registerStaff(world)
  const { key, clientId, id } = await makeMachineKey(world, staff, ['tokens:introspect'])
  const introspect = async () => {
    const before = world.statements.length
    expect((await world.send('POST /v1/auth/introspect', { token: key, json: { token: 'nothing' } })).status).toBe(200)
    await world.settle()
    const made = world.statements.slice(before)
    return {
      lookUps: made.filter((text) => text.includes('key_hash =')).length,
      notes: made.filter((text) => text.includes('last_used_at <=')).length,
    }
  }
  expect(await introspect()).toEqual({ lookUps: 1, notes: 1 })
  expect(await introspect()).toEqual({ lookUps: 0, notes: 0 })
  world.advance(10)
  expect(await introspect()).toEqual({ lookUps: 1, notes: 0 })
  world.advance(50)
  expect(await introspect()).toEqual({ lookUps: 1, notes: 1 })
  const shown = await world.send(`GET /v1/admin/service-accounts/${clientId}/api-keys/${id}`, {
    token: staff.accessToken,
  })
  expect(shown.body).toMatchObject({ lastUsedAt: world.clock.now().toISOString() })
})

test('that there is no such key is remembered too', async () => {
  const world = await openKeyedWorld()
  const staff = await registerStaff(world)
  const { key, clientId, id } = await makeMachineKey(world, staff, ['tokens:introspect'])
  await world.send(`DELETE /v1/admin/service-accounts/${clientId}/api-keys/${id}`, { token: staff.accessToken })
  const before = world.statements.length
  for (const _ of [1, 2, 3]) {
    const answer = await world.send('POST /v1/auth/introspect', { token: key, json: { token: 'nothing' } })
    expect(answer.body).toMatchObject({ code: 'invalid_api_key' })
  }
  expect(world.statements.slice(before)).toHaveLength(1)
})
