import { expect, test } from 'bun:test'
import { asc } from 'drizzle-orm'
import { openDatabase } from '#db/database'
import { signingKeys } from '#db/schema/sessions'
import { missedDeadline } from '#platform/database-problems'
import { openWorld } from '../../platform'
import { logIn, registerAndLogIn } from '../people'
import { decodeToken } from '../sessions/forge'
import { forgeWith, openLeakedWorld, publishedKeyIds, revokeAll, statusOf } from './leaked-world'

test('sessions are over at once: neither their access tokens nor their refresh tokens are taken anywhere', async () => {
  const { world, other, commands } = await openLeakedWorld()
  const { accessToken, refreshToken } = await logIn(world)
  expect([await statusOf(world, accessToken), await statusOf(other, accessToken)]).toEqual([200, 200])
  expect(await revokeAll(commands)).toMatchObject({ count: 1, generation: 2, sessions: 2, devices: 0, apiKeys: null })
  for (const instance of [world, other]) {
    expect(await instance.send('GET /v1/me', { token: accessToken })).toMatchObject({ status: 401 })
    expect(await instance.send('POST /v1/auth/refresh', { json: { refreshToken } })).toMatchObject({
      status: 401,
      body: { code: 'invalid_refresh_token' },
    })
  }
})

test('within ten seconds no instance takes what the leaked key signs, for any route, even what it verified before', async () => {
  const { world, other, commands, leaked } = await openLeakedWorld()
  await revokeAll(commands)
  const forged = await forgeWith(leaked, (await logIn(commands)).accessToken)
  const routes = ['GET /v1/me', 'GET /v1/admin/users', 'GET /v1/sessions']
  // So long it is what an attacker can do; here both remember that the token was right.
  world.advance(4)
  for (const instance of [world, other]) expect(await statusOf(instance, forged)).toBe(200)
  world.advance(6)
  for (const instance of [world, other]) {
    for (const route of routes) {
      expect(await instance.send(route, { token: forged })).toMatchObject({
        status: 401,
        body: { code: 'invalid_access_token' },
      })
    }
  }
})

test('the new key signs at once, its tokens are taken everywhere, and the key set holds nothing else', async () => {
  const { world, other, commands, leaked } = await openLeakedWorld()
  const { keyId } = await revokeAll(commands)
  expect(await publishedKeyIds(commands)).toEqual([keyId])
  const { accessToken } = await logIn(commands)
  expect(decodeToken(accessToken).header.kid).toBe(keyId)
  expect(await statusOf(other, accessToken)).toBe(200)
  world.advance(10)
  for (const instance of [world, other]) {
    expect(await publishedKeyIds(instance)).toEqual([keyId])
    expect(decodeToken((await logIn(instance)).accessToken).header.kid).toBe(keyId)
  }
  expect(await world.db.select().from(signingKeys).orderBy(asc(signingKeys.generation))).toMatchObject([
    { keyId: leaked.keyId, revokedAt: expect.any(Date) },
    { keyId, revokedAt: null, generation: 2 },
  ])
})

test('an instance in use asks behind its answers, and nobody waits', async () => {
  const { world, other, commands } = await openLeakedWorld()
  const { keyId } = await revokeAll(commands)
  world.advance(5)
  expect(await publishedKeyIds(other)).not.toEqual([keyId])
  await other.settle()
  expect(await publishedKeyIds(other)).toEqual([keyId])
})

test('an instance without its database goes on with the keys that it has for a while, and asks it every few seconds', async () => {
  const world = await openWorld()
  const tries = { count: 0, isAway: false }
  const db = openDatabase({
    run: (text, ...rest) => {
      if (!tries.isAway) return world.db.run(text, ...rest)
      tries.count += 1
      return Promise.reject(missedDeadline())
    },
    script: () => Promise.reject(new Error('unused')),
    begin: () => Promise.reject(new Error('unused')),
  })
  const other = world.startAnother({}, { db })
  const [first] = await publishedKeyIds(other)
  tries.isAway = true
  world.advance(60)
  for (const _ of [1, 2, 3]) expect(await publishedKeyIds(other)).toEqual([first ?? ''])
  expect(tries.count).toBe(1)
  world.advance(390)
  expect((await other.send('GET /.well-known/jwks.json')).status).toBe(503)
})

test('an instance that can’t open the new key refuses rather than go on with the revoked one', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  await revokeAll(world.startAnother({ SECRET: `a root secret that nobody else has,${world.config.SECRET[0]}` }))
  world.advance(10)
  expect(await statusOf(world, accessToken)).toBe(500)
})

test('who is stopped halfway begins again, and nothing of before is left', async () => {
  const { world, commands } = await openLeakedWorld()
  for (let session = 0; session < 3; session += 1) await logIn(world)
  const db = openDatabase({
    run: (text, ...rest) =>
      text.includes("'keys_revoked'") ? Promise.reject(new Error('stopped')) : world.db.run(text, ...rest),
    script: () => Promise.reject(new Error('unused')),
    begin: () => Promise.reject(new Error('unused')),
  })
  await expect(revokeAll(world.startAnother({}, { db }))).rejects.toThrow('stopped')
  expect(await revokeAll(commands)).toMatchObject({ count: 1, generation: 3, sessions: 4 })
  expect((await revokeAll(commands)).sessions).toBe(0)
  world.advance(10)
  expect(await publishedKeyIds(world)).toHaveLength(1)
})

test('of two that revoke at once each ends with one key that signs', async () => {
  const { world, commands } = await openLeakedWorld()
  await Promise.all([revokeAll(commands), revokeAll(world.startAnother())])
  const rows = await world.db.select().from(signingKeys)
  expect(rows.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(1)
})
