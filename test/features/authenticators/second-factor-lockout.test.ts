import { describe, expect, test } from 'bun:test'
import { lockouts } from '#db/schema/sessions'
import { unlockAddress } from '#features/accounts/unlock-address'
import type { World } from '../../platform'
import { failuresIn, tryLogIn } from '../accounts/lockouts'
import { askForReset, logInWith, mailedBy, mailedTemplates, mailOf, resetPassword } from '../accounts/mailed'
import { eventsOf } from '../audit/events'
import { ada, grace } from '../people'
import {
  addTotp,
  challenge,
  challengeIn,
  codeOf,
  invalidCode,
  isFactorLocked,
  logInWithTotp,
  nextStep,
  openTotpWorld,
  registerProved,
  stepUp,
  verifyRecoveryCode,
  verifyTotp,
  wrongCodeOf,
} from './second-factors'

const lockMails = (world: World) => mailedTemplates(world).filter((mail) => mail.startsWith('second-factor-locked'))

/** Guesses so often in a row, with the answer that a wrong code gets. */
const fail = async (world: World, secret: string, times: number, token: string) => {
  for (let count = 1; count <= times; count += 1) {
    expect(await verifyTotp(world, token, wrongCodeOf(world, secret, count))).toMatchObject(invalidCode)
  }
}

/** Ada's second factor is locked, as somebody locks it who knows her password. */
const openLockedWorld = async () => {
  const { world, ...ada } = await openTotpWorld()
  const { token } = await challenge(world)
  await fail(world, ada.secret, 5, token)
  await world.settle()
  return { world, token, ...ada }
}

describe('a thousand guesses', () => {
  test('from as many addresses, with ever new challenges: five are looked at, and then the account is locked', async () => {
    const { world, secret } = await openTotpWorld()
    const statuses: number[] = []
    let [token, guess] = ['', 0]
    const strangers = world.startAnother({}, { remoteAddress: () => `198.18.${guess >> 8}.${guess & 255}` })
    for (; guess < 1000; guess += 1) {
      if (guess % 50 === 0) token = (await challenge(strangers)).token
      const code = guess % 100 === 99 ? codeOf(world, secret) : wrongCodeOf(world, secret, guess + 1)
      statuses.push((await verifyTotp(strangers, token, code)).status)
    }
    expect(statuses).toEqual([...Array<number>(5).fill(400), ...Array<number>(995).fill(423)])
    await world.settle()
    expect(lockMails(world)).toEqual([`second-factor-locked → ${ada.email}`])
  }, 30_000)

  test('at recovery codes count together with those at the app', async () => {
    const { world, secret, recoveryCodes } = await openTotpWorld()
    const { token } = await challenge(world)
    await fail(world, secret, 2, token)
    for (const code of ['0000-0000-0000-0000', 'zzzz-zzzz-zzzz-zzzz', '1111-1111-1111-1111']) {
      expect(await verifyRecoveryCode(world, token, code)).toMatchObject(invalidCode)
    }
    expect(await verifyRecoveryCode(world, token, recoveryCodes[0] ?? '')).toMatchObject(isFactorLocked)
    expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(isFactorLocked)
  })
})

describe('while the second factor is locked', () => {
  test('the right code is refused, with how long it lasts, and works when it is over', async () => {
    const { world, secret } = await openLockedWorld()
    world.advance(1699)
    const { token } = await challenge(world)
    const refused = await verifyTotp(world, token, codeOf(world, secret))
    expect(refused).toMatchObject({ ...isFactorLocked, body: { retryAfterSeconds: 101 } })
    expect(refused.headers.get('retry-after')).toBe('101')
    world.advance(100)
    expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(isFactorLocked)
    world.advance(1)
    expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
  })

  test('further guesses don’t lengthen it, and after it five may fail again', async () => {
    const { world, secret } = await openLockedWorld()
    world.advance(1799)
    const { token } = await challenge(world)
    expect(await verifyTotp(world, token, wrongCodeOf(world, secret))).toMatchObject(isFactorLocked)
    world.advance(1)
    await fail(world, secret, 5, token)
    expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(isFactorLocked)
  })

  test('a session of the account goes on, but can’t step up by a code', async () => {
    const { world, session, secret, recoveryCodes } = await openLockedWorld()
    expect((await world.send('GET /v1/me', { token: session.accessToken })).status).toBe(200)
    expect(await stepUp(world, session, { method: 'totp', code: codeOf(world, secret) })).toMatchObject(isFactorLocked)
    const json = { method: 'recovery_code', code: recoveryCodes[0] }
    expect(await stepUp(world, session, json)).toMatchObject(isFactorLocked)
  })

  test('no other account is, and log-ins by password are not', async () => {
    const { world, secret } = await openLockedWorld()
    const eve = await addTotp(world, await registerProved(world, grace))
    nextStep(world)
    const { token } = await challenge(world, grace)
    expect((await verifyTotp(world, token, codeOf(world, eve.secret))).status).toBe(200)
    expect((await logInWith(world, ada.password)).status).toBe(200)
    expect(await failuresIn(world)).toEqual({ 'second-factor': 5 })
    expect(await verifyTotp(world, (await challenge(world)).token, codeOf(world, secret))).toMatchObject(isFactorLocked)
  })

  test('the owner hears of it once, and it is recorded once', async () => {
    const { world, secret } = await openTotpWorld()
    const { token } = await challenge(world)
    await fail(world, secret, 4, token)
    expect(lockMails(world)).toEqual([])
    const events = await eventsOf(world, async () => {
      for (let count = 0; count < 4; count += 1) await verifyTotp(world, token, wrongCodeOf(world, secret))
    })
    const locks = events.filter(({ type }) => type === 'second_factor.locked')
    expect(locks.map(({ data }) => data)).toEqual([{ failures: 5 }])
    expect(lockMails(world)).toEqual([`second-factor-locked → ${ada.email}`])
    expect(mailOf(world, 'second-factor-locked').text).toContain('somebody probably knows your password')
  })

  test('the operator’s command lifts it', async () => {
    const { world, token, secret } = await openLockedWorld()
    const operator = world.contextOf({ kind: 'system', job: 'postern accounts unlock' })
    expect(await unlockAddress(operator, ' ADA@example.com ')).toBe(true)
    expect(await unlockAddress(operator, ada.email)).toBe(false)
    expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
  })
})

describe('the count of failures', () => {
  test('is not reset by the right password, by a mailed link or by a new password', async () => {
    const { world, secret } = await openTotpWorld()
    await fail(world, secret, 4, (await challenge(world)).token)
    expect((await tryLogIn(world, ada.password)).status).toBe(200)
    await askForReset(world)
    await resetPassword(world, mailedBy(world, 'reset-password').token, 'a wholly new password')
    const { token } = challengeIn(await logInWith(world, 'a wholly new password'))
    await fail(world, secret, 1, token)
    expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(isFactorLocked)
  })

  test('is reset by a right code', async () => {
    const { world, secret } = await openTotpWorld()
    await fail(world, secret, 4, (await challenge(world)).token)
    expect((await logInWithTotp(world, secret)).status).toBe(200)
    expect(await world.db.select().from(lockouts)).toEqual([])
    await fail(world, secret, 4, (await challenge(world)).token)
  })

  test('is forgotten after half an hour', async () => {
    const { world, secret } = await openTotpWorld()
    await fail(world, secret, 4, (await challenge(world)).token)
    world.advance(1800)
    const { token } = await challenge(world)
    await fail(world, secret, 4, token)
    expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
  })

  test('makes answers wait as at a password', async () => {
    const { world, secret } = await openTotpWorld()
    await fail(world, secret, 5, (await challenge(world)).token)
    expect(world.waits).toEqual([250, 500, 1000, 2000])
  })
})
