import { expect, test } from 'bun:test'
import { isNull } from 'drizzle-orm'
import { emailTokens } from '#db/schema/accounts'
import { logInChallenges, trustedDevices } from '#db/schema/sessions'
import { openWorld } from '../../platform'
import { askForReset, mailedBy, resetPassword } from '../accounts/mailed'
import { makeKey } from '../api-keys/keyed-world'
import { listEvents } from '../audit/events'
import { challenge, codeOf, logInOnDevice, openTrustedWorld, verifyTotp } from '../authenticators/second-factors'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import { emergency, openLeakedWorld, revokeAll, statusOf } from './leaked-world'

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
