import { expect, test } from 'bun:test'
import { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { mailedBy, wrongCode } from '../accounts/mailed'
import { ada, registerAndLogIn } from '../people'
import { anonymous, headers, openWarmWorld, recordedBy, tokenIssued } from './recording'

const openProvedWorld = async () => {
  const world = await openWarmWorld()
  const { user } = await registerAndLogIn(world)
  await world.send('POST /v1/auth/email/verify', { json: { token: mailedBy(world, 'verify-email').token } })
  return { world, userId: user.id }
}

const ask = (world: World, email = ada.email) =>
  recordedBy(world, () => world.send('POST /v1/auth/email-link', { json: { email }, headers }))

/** What a log-in by mail recorded, and the session it opened. */
const consume = async (world: World, json: object) => {
  let answer: Answer | undefined
  const events = await recordedBy(world, async () => {
    answer = await world.send('POST /v1/auth/email-link/consume', { json, headers })
  })
  return { events, sessionId: TokenSet.safeParse(answer?.body).data?.sessionId ?? null }
}

const byWay = {
  email_link: (world: World) => ({ token: mailedBy(world, 'log-in').token }),
  email_code: (world: World) => ({ email: ada.email, code: mailedBy(world, 'log-in').code }),
}
const wrongly = {
  email_link: () => ({ token: 'A'.repeat(43) }),
  email_code: (world: World) => ({ email: ada.email, code: wrongCode(mailedBy(world, 'log-in').code) }),
}

test('a log-in mail is recorded by its token, issued by the system in the request that asked, or not at all', async () => {
  const { world, userId } = await openProvedWorld()
  expect(await ask(world)).toEqual([tokenIssued(userId, 'send-log-in-mail', 'log-in')])
  expect(await ask(world, 'nobody@example.com')).toEqual([])
})

for (const method of ['email_link', 'email_code'] as const) {
  test(`a log-in by ${method} is recorded with the session it opened`, async () => {
    const { world, userId } = await openProvedWorld()
    await ask(world)
    const { events, sessionId } = await consume(world, byWay[method](world))
    expect(sessionId).not.toBeNull()
    expect(events).toEqual([{ ...anonymous, type: 'login.succeeded', userId, sessionId, data: { method } }])
  })

  test(`a log-in by ${method} that fails is recorded, and names nobody`, async () => {
    const { world } = await openProvedWorld()
    await ask(world)
    const failed = [{ ...anonymous, type: 'login.failed', data: { reason: method } }]
    expect((await consume(world, wrongly[method](world))).events).toEqual(failed)
    await consume(world, byWay[method](world))
    expect((await consume(world, byWay[method](world))).events).toEqual(failed)
  })

  test(`a first proof by ${method} is recorded, with the password and the sessions that it dropped`, async () => {
    const world = await openWarmWorld()
    const { user } = await registerAndLogIn(world)
    await ask(world)
    const { events, sessionId } = await consume(world, byWay[method](world))
    const event = { ...anonymous, userId: user.id }
    expect(events).toEqual([
      { ...event, type: 'account.email_verified' },
      { ...event, type: 'login.succeeded', sessionId, data: { method } },
      { ...event, type: 'password.dropped' },
      { ...event, type: 'session.ended', data: { reason: 'email_proved', count: 1 } },
    ])
  })
}

test('a code that is not looked at any more is recorded as a failure too', async () => {
  const { world } = await openProvedWorld()
  await ask(world)
  for (let tries = 0; tries < 5; tries += 1) await consume(world, wrongly.email_code(world))
  const { events } = await consume(world, byWay.email_code(world))
  expect(events).toEqual([{ ...anonymous, type: 'login.failed', data: { reason: 'email_code' } }])
})
