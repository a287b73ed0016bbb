import { expect, test } from 'bun:test'
import type { World } from '../../platform'
import { logInWith } from '../accounts/mailed'
import { ada, grace } from '../people'
import {
  addTotp,
  challenge,
  codeOf,
  confirmTotp,
  nextStep,
  openProvedWorld,
  openTotpWorld,
  registerProved,
  stepUp,
  verifyTotp,
  wrongCodeOf,
} from './second-factors'

const settings = { RATE_LIMITS: 'on', LOCKOUT_FAILURES: '100' } as const

const limited = { status: 429, body: { code: 'rate_limited' } }

/** The world as somebody at another address sees it, who is counted by the same limiter. */
const from = (world: World, count: number) =>
  world.startAnother({}, { limiter: world.platform.limiter, remoteAddress: () => `198.18.0.${count}` })

test('ten tries in ten minutes are free for one account, from wherever they come; the eleventh waits', async () => {
  const { world, secret } = await openTotpWorld(settings)
  const { token } = await challenge(world)
  // The code that confirmed the app was the first of them.
  for (let count = 1; count <= 9; count += 1) {
    expect((await verifyTotp(from(world, count), token, wrongCodeOf(world, secret, count))).status).toBe(400)
  }
  const refused = await verifyTotp(from(world, 10), token, codeOf(world, secret))
  expect(refused).toMatchObject(limited)
  expect(refused.headers.get('retry-after')).toBe('570')
  const eve = await addTotp(world, await registerProved(world, grace))
  nextStep(world)
  const { token: evesToken } = await challenge(world, grace)
  expect((await verifyTotp(from(world, 11), evesToken, codeOf(world, eve.secret))).status).toBe(200)
  world.advance(570)
  const again = (await challenge(from(world, 12))).token
  expect((await verifyTotp(from(world, 12), again, codeOf(world, secret))).status).toBe(200)
})

test('what a session tries is counted with it: steps up, and codes that confirm', async () => {
  const { world, session, secret } = await openTotpWorld(settings)
  for (let count = 1; count <= 3; count += 1) {
    expect((await stepUp(world, session, { method: 'totp', code: wrongCodeOf(world, secret) })).status).toBe(400)
    expect((await stepUp(world, session, { method: 'password', password: 'a wrong one' })).status).toBe(401)
    expect((await confirmTotp(world, session, wrongCodeOf(world, secret))).status).toBe(400)
  }
  expect(await stepUp(world, session, { method: 'totp', code: codeOf(world, secret) })).toMatchObject(limited)
  expect(await stepUp(world, session, { method: 'password', password: ada.password })).toMatchObject(limited)
  expect(await confirmTotp(world, session, wrongCodeOf(world, secret))).toMatchObject(limited)
  const { token } = await challenge(world)
  expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(limited)
})

test('a token that is not ours uses up nobody’s tries, and the password alone none', async () => {
  const { world, secret } = await openTotpWorld(settings)
  const { token } = await challenge(world)
  for (let count = 0; count < 20; count += 1) {
    expect((await verifyTotp(from(world, 1), `${token.slice(0, -2)}AA`, '123456')).status).toBe(400)
  }
  for (let count = 0; count < 9; count += 1) expect((await logInWith(from(world, 2), ada.password)).status).toBe(200)
  expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
})

test('so is every app that a log-in begins to set up', async () => {
  const { world } = await openProvedWorld()
  const strict = world.startAnother({ ...settings, MFA_POLICY: 'required', MFA_GRACE_SECONDS: '0' })
  const { token } = await challenge(strict)
  const enrol = () => strict.send('POST /v1/auth/mfa/enrol', { json: { challengeToken: token } })
  for (let count = 1; count <= 10; count += 1) expect((await enrol()).status).toBe(200)
  expect(await enrol()).toMatchObject(limited)
  expect(await verifyTotp(strict, token, '271828')).toMatchObject(limited)
})
