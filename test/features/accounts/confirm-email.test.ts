import { expect, test } from 'bun:test'
import { emailTokens } from '#db/schema/accounts'
import { users } from '#db/schema/profiles'
import { openWorld } from '../../platform'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import {
  askForEmailChange,
  askForLogIn,
  askForReset,
  ban,
  changePassword,
  confirmEmail,
  isLive,
  logInByLink,
  logInWith,
  mailedBy,
  mailedTemplates,
  mailOf,
  resetPassword,
  verifyEmail,
} from './mailed'

const newEmail = 'countess@example.org'
const refused = { status: 400, body: { code: 'invalid_email_token' } }

/** Someone who asked for another address, with three sessions: a first one, the one that asked, and a later one. */
const openAskedWorld = async () => {
  const world = await openWorld()
  const first = await registerAndLogIn(world)
  const asking = await logIn(world)
  const later = await logIn(world)
  await askForEmailChange(world, asking.accessToken, newEmail)
  return { world, first, asking, later, token: mailedBy(world, 'confirm-email').token }
}

test('the link makes the new address the account’s, proved, and the old one is told', async () => {
  const { world, token } = await openAskedWorld()
  world.outbox.length = 0
  world.advance(60)
  expect(await confirmEmail(world, token)).toMatchObject({
    status: 200,
    body: { email: newEmail, emailVerified: true, name: ada.name },
  })
  expect(await world.db.select({ email: users.email, at: users.emailVerifiedAt }).from(users)).toEqual([
    { email: newEmail, at: world.clock.now() },
  ])
  expect((await logInWith(world, ada.password, newEmail)).status).toBe(200)
  expect((await logInWith(world, ada.password, ada.email)).status).toBe(401)
  expect(mailedTemplates(world)).toEqual([`email-changed → ${ada.email}`])
  expect(mailOf(world, 'email-changed').data).toMatchObject({ newEmail, name: ada.name })
})

test('a link works once, for 24 hours', async () => {
  const { world, token } = await openAskedWorld()
  world.advance(24 * 3600 - 1)
  expect((await confirmEmail(world, token)).status).toBe(200)
  expect(await confirmEmail(world, token)).toMatchObject(refused)
  const late = await openAskedWorld()
  late.world.advance(24 * 3600)
  expect(await confirmEmail(late.world, late.token)).toMatchObject(refused)
})

test('without a session, the one that asked stays and the others end', async () => {
  const { world, first, asking, later, token } = await openAskedWorld()
  await confirmEmail(world, token)
  const alive = [await isLive(world, first), await isLive(world, asking), await isLive(world, later)]
  expect(alive).toEqual([false, true, false])
})

test('with a session, that one stays and the others end, the one that asked too', async () => {
  const { world, first, asking, later, token } = await openAskedWorld()
  expect((await confirmEmail(world, token, later.accessToken)).status).toBe(200)
  const alive = [await isLive(world, first), await isLive(world, asking), await isLive(world, later)]
  expect(alive).toEqual([false, false, true])
})

test('who is logged in to another account confirms nothing, and the link still works', async () => {
  const { world, asking, token } = await openAskedWorld()
  const stranger = await registerAndLogIn(world, grace)
  expect(await confirmEmail(world, token, stranger.accessToken)).toMatchObject(refused)
  expect(await isLive(world, asking)).toBe(true)
  expect((await confirmEmail(world, token)).status).toBe(200)
  expect(await isLive(world, stranger)).toBe(true)
})

test('an address that was taken meanwhile is a conflict, and both accounts stay as they were', async () => {
  const { world, asking, later, token } = await openAskedWorld()
  await registerAndLogIn(world, { ...grace, email: newEmail })
  const before = await world.db.select().from(users).orderBy(users.id)
  world.outbox.length = 0
  expect(await confirmEmail(world, token)).toMatchObject({ status: 409, body: { code: 'email_taken' } })
  expect(await world.db.select().from(users).orderBy(users.id)).toEqual(before)
  expect([await isLive(world, asking), await isLive(world, later)]).toEqual([true, true])
  expect(world.outbox).toEqual([])
})

test('everything that was mailed before is void: to log in, to reset, to prove', async () => {
  const { world } = await openAskedWorld()
  await askForLogIn(world)
  await askForReset(world)
  const [logInToken, resetToken] = [mailedBy(world, 'log-in').token, mailedBy(world, 'reset-password').token]
  await confirmEmail(world, mailedBy(world, 'confirm-email').token)
  expect((await logInByLink(world, logInToken)).status).toBe(400)
  expect((await resetPassword(world, resetToken, 'a wholly new password')).status).toBe(400)
  expect((await verifyEmail(world, mailedBy(world, 'verify-email').token)).status).toBe(400)
  expect(await world.db.select({ purpose: emailTokens.purpose }).from(emailTokens)).toEqual([
    { purpose: 'change-email' },
  ])
})

test('a link is worth nothing after the password changed or was reset, or the session that asked was logged out', async () => {
  const changed = await openAskedWorld()
  await changePassword(changed.world, changed.asking.accessToken, ada.password, 'a wholly new password')
  expect(await confirmEmail(changed.world, changed.token)).toMatchObject(refused)
  const reset = await openAskedWorld()
  await askForReset(reset.world)
  await resetPassword(reset.world, mailedBy(reset.world, 'reset-password').token, 'a wholly new password')
  expect(await confirmEmail(reset.world, reset.token)).toMatchObject(refused)
  const over = await openAskedWorld()
  await over.world.send('POST /v1/auth/logout', { token: over.asking.accessToken })
  expect(await confirmEmail(over.world, over.token)).toMatchObject(refused)
  // Who confirms with a live session of the same account needs no other.
  expect((await confirmEmail(over.world, over.token, over.later.accessToken)).status).toBe(200)
})

test('a banned account moves nowhere', async () => {
  const { world, token } = await openAskedWorld()
  await ban(world)
  expect(await confirmEmail(world, token)).toMatchObject(refused)
  expect(await world.db.select({ email: users.email }).from(users)).toEqual([{ email: ada.email }])
})

test('tokens of other purposes confirm nothing, nor does this one anything else', async () => {
  const { world, token } = await openAskedWorld()
  await askForReset(world)
  expect(await confirmEmail(world, mailedBy(world, 'reset-password').token)).toMatchObject(refused)
  expect((await resetPassword(world, token, 'a wholly new password')).status).toBe(400)
  expect((await logInByLink(world, token)).status).toBe(400)
  expect((await verifyEmail(world, token)).status).toBe(400)
  expect((await confirmEmail(world, token)).status).toBe(200)
})

test('of sixteen that bring one link at once, one is served', async () => {
  const { world, token } = await openAskedWorld()
  const answers = await Promise.all(Array.from({ length: 16 }, () => confirmEmail(world, token)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(15).fill(400)])
})

test('of two accounts that confirm one address at once, one gets it and the other a conflict', async () => {
  const world = await openWorld()
  const people = [await registerAndLogIn(world), await registerAndLogIn(world, grace)]
  const tokens: string[] = []
  for (const { accessToken } of people) {
    await askForEmailChange(world, accessToken, newEmail)
    tokens.push(mailedBy(world, 'confirm-email').token)
  }
  const answers = await Promise.all(tokens.map((token) => confirmEmail(world, token)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
})
