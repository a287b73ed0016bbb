import { describe, expect, test } from 'bun:test'
import { unlockAddress } from '#features/accounts/unlock-address'
import { openWorld, type World } from '../../platform'
import { eventsOf } from '../audit/events'
import { ada, grace, registerAndLogIn } from '../people'
import { fail, failuresIn, isLocked, lockOut, lockoutMails, openAdasWorld, tryLogIn } from './lockouts'
import {
  askForEmailChange,
  askForLogIn,
  askForReset,
  ban,
  confirmEmail,
  logInByLink,
  mailedBy,
  mailOf,
  resetPassword,
  verifyEmail,
} from './mailed'

const newPassword = 'a wholly new password'
const refusedToken = { status: 400, body: { code: 'invalid_email_token' } }

const unlock = (world: World, token: string) => world.send('POST /v1/auth/unlock', { json: { token } })

const openLockedWorld = async () => {
  const { world, session } = await openAdasWorld()
  await verifyEmail(world, mailedBy(world, 'verify-email').token)
  await lockOut(world)
  return { world, userId: session.user.id, token: mailedBy(world, 'account-locked').token }
}

/** What `work` recorded of locks that were lifted. */
const unlocksOf = async (world: World, work: () => Promise<unknown>) =>
  (await eventsOf(world, work))
    .filter(({ type }) => type === 'account.unlocked')
    .map(({ userId, data, actorKind }) => ({ userId, by: data.by, actorKind }))

const expectOpen = async (world: World, password = ada.password) => {
  expect((await tryLogIn(world, password)).status).toBe(200)
}

describe('the mail about a lock', () => {
  test('goes to the owner, with a link to the page that lifts it and how long that works', async () => {
    const { world, token } = await openLockedWorld()
    const mail = mailOf(world, 'account-locked')
    expect(mail.to).toBe(ada.email)
    expect(mail.data).toMatchObject({ link: `https://id.example.com/unlock#token=${token}`, minutes: '60' })
    expect(mail.text).toContain(`https://id.example.com/unlock#token=${token}`)
  })

  test('is in the language of the owner', async () => {
    const world = await openWorld()
    await world.send('POST /v1/auth/register', { json: { ...ada, locale: 'de' } })
    await registerAndLogIn(world, grace)
    await lockOut(world)
    await lockOut(world, grace.email)
    const [german, english] = [mailOf(world, 'account-locked', ada.email), mailOf(world, 'account-locked', grace.email)]
    expect(german.subject).not.toBe(english.subject)
    expect(german.text).toContain('Konto')
  })

  test('goes once for a lock, again for the next one, and never for an address without an account', async () => {
    const { world } = await openAdasWorld()
    for (const email of [ada.email, 'nobody@example.com']) await fail(world, 12, email)
    await world.settle()
    expect(lockoutMails(world)).toEqual([`account-locked → ${ada.email}`])
    world.advance(1800)
    await lockOut(world)
    expect(lockoutMails(world)).toHaveLength(2)
  })

  test('does not go to who is banned', async () => {
    const { world } = await openAdasWorld()
    await ban(world)
    await lockOut(world)
    expect(lockoutMails(world)).toEqual([])
  })
})

describe('the token in it', () => {
  test('lifts the lock once, and that is recorded', async () => {
    const { world, userId, token } = await openLockedWorld()
    const lifted = await unlocksOf(world, async () => {
      expect(await unlock(world, token)).toMatchObject({ status: 204, text: '' })
    })
    expect(lifted).toEqual([{ userId, by: 'mail', actorKind: 'anonymous' }])
    expect(await failuresIn(world)).toEqual({})
    await expectOpen(world)
    await fail(world, 5)
    expect(await unlock(world, token)).toMatchObject(refusedToken)
    expect(await tryLogIn(world, ada.password)).toMatchObject(isLocked)
  })

  test('works for an hour, and not at its end', async () => {
    for (const [seconds, status] of [
      [3599, 204],
      [3600, 400],
    ] as const) {
      const { world, token } = await openLockedWorld()
      world.advance(seconds)
      expect((await unlock(world, token)).status).toBe(status)
    }
  })

  test('lifts what began after a lock that is over; that was no lock, so none is recorded as lifted', async () => {
    const { world, token } = await openLockedWorld()
    world.advance(1800)
    await fail(world, 4)
    expect(await unlocksOf(world, () => unlock(world, token))).toEqual([])
    await fail(world, 4)
    await expectOpen(world)
  })

  test('is good for nothing else, nor is another one for this', async () => {
    const { world, token } = await openLockedWorld()
    await askForLogIn(world)
    await askForReset(world)
    for (const template of ['log-in', 'reset-password', 'verify-email']) {
      expect(await unlock(world, mailedBy(world, template).token)).toMatchObject(refusedToken)
    }
    expect(await logInByLink(world, token)).toMatchObject(refusedToken)
    expect(await resetPassword(world, token, newPassword)).toMatchObject(refusedToken)
    expect(await verifyEmail(world, token)).toMatchObject(refusedToken)
    expect(await confirmEmail(world, token)).toMatchObject(refusedToken)
    expect((await unlock(world, token)).status).toBe(204)
  })

  test('is void after a reset, after the next lock, and once the account has another address', async () => {
    const first = await openLockedWorld()
    await askForReset(first.world)
    await resetPassword(first.world, mailedBy(first.world, 'reset-password').token, newPassword)
    expect(await unlock(first.world, first.token)).toMatchObject(refusedToken)

    const second = await openLockedWorld()
    second.world.advance(1800)
    await lockOut(second.world)
    expect(await unlock(second.world, second.token)).toMatchObject(refusedToken)
    expect((await unlock(second.world, mailedBy(second.world, 'account-locked').token)).status).toBe(204)

    const { world, session } = await openAdasWorld()
    await lockOut(world)
    await askForEmailChange(world, session.accessToken, 'countess@example.com')
    await confirmEmail(world, mailedBy(world, 'confirm-email').token)
    expect(await unlock(world, mailedBy(world, 'account-locked').token)).toMatchObject(refusedToken)
  })

  test('lifts no lock but its owner’s', async () => {
    const { world, token } = await openLockedWorld()
    await registerAndLogIn(world, grace)
    await lockOut(world, grace.email)
    await unlock(world, token)
    expect(await tryLogIn(world, grace.password, grace.email)).toMatchObject(isLocked)
    await expectOpen(world)
  })

  test('that is none is refused, and nothing is recorded', async () => {
    const { world } = await openLockedWorld()
    expect(await eventsOf(world, () => unlock(world, 'A'.repeat(43)))).toEqual([])
    expect((await unlock(world, '')).status).toBe(422)
  })
})

test('a reset lifts a lock, and that is recorded', async () => {
  const { world, userId } = await openLockedWorld()
  await askForReset(world)
  const { token } = mailedBy(world, 'reset-password')
  const lifted = await unlocksOf(world, () => resetPassword(world, token, newPassword))
  expect(lifted).toEqual([{ userId, by: 'reset', actorKind: 'anonymous' }])
  await expectOpen(world, newPassword)
})

test('a log-in by link works in a lock, lifts it, and that is recorded', async () => {
  const { world, userId } = await openLockedWorld()
  await askForLogIn(world)
  const { token } = mailedBy(world, 'log-in')
  expect(await unlocksOf(world, () => logInByLink(world, token))).toEqual([
    { userId, by: 'log_in', actorKind: 'anonymous' },
  ])
  await expectOpen(world)
})

test('the operator lifts a lock by the address, however it is written, and is told if there was nothing', async () => {
  const { world, userId } = await openLockedWorld()
  const operator = world.contextOf({ kind: 'system', job: 'postern accounts unlock' })
  const lifted = await unlocksOf(world, async () => {
    expect(await unlockAddress(operator, ' ADA@Example.com')).toBe(true)
  })
  expect(lifted).toEqual([{ userId, by: 'operator', actorKind: 'system' }])
  expect(await unlockAddress(operator, ada.email)).toBe(false)
  await expectOpen(world)
  await fail(world, 5, 'nobody@example.com')
  expect(await unlocksOf(world, () => unlockAddress(operator, 'nobody@example.com'))).toEqual([
    { userId: null, by: 'operator', actorKind: 'system' },
  ])
})
