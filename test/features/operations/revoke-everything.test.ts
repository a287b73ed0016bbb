import { expect, test } from 'bun:test'
import { asc, isNull } from 'drizzle-orm'
import { openDatabase } from '#db/database'
import { emailTokens } from '#db/schema/accounts'
import { logInChallenges, signingKeys, trustedDevices } from '#db/schema/sessions'
import { revokeEverything } from '#features/operations/revoke-everything'
import { JsonWebKeySet } from '#features/sessions/contract'
import { missedDeadline } from '#platform/database-problems'
import { openWorld, type World } from '../../platform'
import { askForReset, mailedBy, resetPassword } from '../accounts/mailed'
import { makeKey, openKeyedWorld, registerStaff } from '../api-keys/keyed-world'
import { listEvents } from '../audit/events'
import { challenge, codeOf, logInOnDevice, openTrustedWorld, verifyTotp } from '../authenticators/second-factors'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import { currentKey, decodeToken, signToken } from '../sessions/forge'

const operator = { kind: 'system', job: 'postern keys revoke-all' } as const
const emergency = { reason: 'A signing key was in a log.', hasApiKeys: false }

const revokeAll = (world: World, wanted: Partial<typeof emergency> = {}) =>
  revokeEverything(world.contextOf(operator), { ...emergency, ...wanted })

const statusOf = async (world: World, token: string, route = 'GET /v1/me') =>
  (await world.send(route, { token })).status

const publishedKeyIds = async (world: World) =>
  JsonWebKeySet.parse((await world.send('GET /.well-known/jwks.json')).body).keys.map(({ kid }) => kid)

/** Who has a key that was revoked signs a token for somebody's session, whose claims they know. */
const forgeWith = async (key: Awaited<ReturnType<typeof currentKey>>, accessToken: string) => {
  const { header, claims } = decodeToken(accessToken)
  return signToken(key, { ...header, kid: key.keyId }, claims)
}

/** A server in use, which remembers keys and tokens; and another process, by which the operator revokes. */
const openLeakedWorld = async () => {
  const world = await openKeyedWorld()
  await registerStaff(world)
  const leaked = await currentKey(world)
  const [other, commands] = [world.startAnother(), world.startAnother()]
  await publishedKeyIds(other)
  return { world, other, commands, leaked }
}

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

test('devices are trusted no more, and mailed links and log-ins under way are over', async () => {
  const { world, secret, device } = await openTrustedWorld()
  await askForReset(world)
  const { token } = mailedBy(world, 'reset-password')
  const { token: waiting } = await challenge(world)
  expect(await logInOnDevice(world, device)).toBe('session')
  expect(await revokeAll(world)).toMatchObject({ devices: 1, links: 1, challenges: 1 })
  expect(await logInOnDevice(world, device)).toBe('challenge')
  expect((await resetPassword(world, token, 'a whole new password')).status).toBe(400)
  expect((await verifyTotp(world, waiting, codeOf(world, secret))).status).toBe(400)
  expect(await world.db.select().from(trustedDevices)).toEqual([])
  expect(await world.db.select().from(emailTokens).where(isNull(emailTokens.consumedAt))).toEqual([])
  expect(await world.db.select().from(logInChallenges)).toHaveLength(1)
})

test('API keys go on, unless it is asked that they end too', async () => {
  const { world, commands } = await openLeakedWorld()
  const { key } = await makeKey(world, await logIn(world), { scopes: ['users:read'] })
  expect(await statusOf(world, key, 'GET /v1/admin/users')).toBe(200)
  await revokeAll(commands)
  world.advance(10)
  expect(await statusOf(world, key, 'GET /v1/admin/users')).toBe(200)
  expect(await revokeAll(commands, { hasApiKeys: true })).toMatchObject({ apiKeys: 1 })
  world.advance(10)
  expect(await statusOf(world, key, 'GET /v1/admin/users')).toBe(401)
})

test('it is recorded: why and how much once, and for each person what of theirs ended', async () => {
  const world = await openWorld()
  const [first, second] = [await registerAndLogIn(world, ada), await registerAndLogIn(world, grace)]
  await logIn(world, ada)
  world.advance(1)
  await revokeAll(world)
  const events = (await listEvents(world)).filter(({ occurredAt }) => occurredAt >= world.clock.now())
  const facts = events.map(({ type, userId, actorId, data }) => ({ type, userId, actorId, data }))
  const by = { actorId: 'postern keys revoke-all' }
  expect(facts).toEqual(
    expect.arrayContaining([
      { type: 'session.ended', userId: first.user.id, ...by, data: { reason: 'keys_revoked', count: 2 } },
      { type: 'session.ended', userId: second.user.id, ...by, data: { reason: 'keys_revoked', count: 1 } },
      {
        ...{ type: 'signing_key.revoked', userId: null, ...by },
        data: { reason: emergency.reason, count: 1, generation: 2, links: expect.any(Number), challenges: 0 },
      },
    ]),
  )
  expect(facts).toHaveLength(4)
  expect(world.logs).toContainEqual(expect.objectContaining({ level: 'warn', message: 'signing keys were revoked' }))
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
