import { expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { emailTokens, passwords } from '#db/schema/accounts'
import { users } from '#db/schema/profiles'
import { commonPassword, openWorld, type World } from '../../platform'
import { problemOf } from '../answers'
import { eventsOf } from '../audit/events'
import { ada, grace, logIn, refresh, registerAndLogIn, registerOnly } from '../people'
import {
  askForEmailChange,
  askForLogIn,
  askForReset,
  ban,
  isLive,
  logInByLink,
  logInWith,
  mailedBy,
  mailedTemplates,
  mailOf,
  resetPassword,
  verifyEmail,
} from './mailed'

const newPassword = 'a wholly new password'
const refused = { status: 400, body: { code: 'invalid_email_token' } }

/** Someone with a proved address, whose mails so far are forgotten. */
const openProvedWorld = async (settings = {}): Promise<World> => {
  const world = await openWorld(settings)
  await registerAndLogIn(world)
  await verifyEmail(world, mailedBy(world, 'verify-email').token)
  world.outbox.length = 0
  return world
}

const askForToken = async (world: World, email = ada.email) => {
  await askForReset(world, email)
  return mailedBy(world, 'reset-password').token
}

test('a reset sets the password by the mailed link, and tells the owner', async () => {
  const world = await openProvedWorld()
  const token = await askForToken(world)
  expect(mailOf(world, 'reset-password')).toMatchObject({
    to: ada.email,
    data: { name: ada.name, link: `https://id.example.com/reset-password#token=${token}`, minutes: '60' },
  })
  expect(await resetPassword(world, token, newPassword)).toMatchObject({ status: 204, text: '' })
  expect((await logInWith(world, ada.password)).status).toBe(401)
  expect((await logInWith(world, newPassword)).status).toBe(200)
  expect(mailedTemplates(world)).toEqual([`reset-password → ${ada.email}`, `password-changed → ${ada.email}`])
})

test('a reset token works for an hour, and not at its end; once; and a new one voids it', async () => {
  const world = await openProvedWorld()
  const late = await askForToken(world)
  world.advance(3600)
  expect(await resetPassword(world, late, newPassword)).toMatchObject(refused)
  const old = await askForToken(world)
  const newest = await askForToken(world)
  expect(await resetPassword(world, old, newPassword)).toMatchObject(refused)
  world.advance(3599)
  expect((await resetPassword(world, newest, newPassword)).status).toBe(204)
  expect(await resetPassword(world, newest, 'another new password')).toMatchObject(refused)
  expect((await logInWith(world, newPassword)).status).toBe(200)
})

test('every session ends, and with it what its tokens open', async () => {
  const world = await openProvedWorld()
  const [first, second] = [await logIn(world), await logIn(world)]
  await resetPassword(world, await askForToken(world), newPassword)
  expect([await isLive(world, first), await isLive(world, second)]).toEqual([false, false])
  await expect(refresh(world, first)).rejects.toThrow()
})

test('sessions of others stay, and so do their passwords and what was mailed to them', async () => {
  const world = await openProvedWorld()
  const other = await registerAndLogIn(world, grace)
  const othersToken = mailedBy(world, 'verify-email').token
  await resetPassword(world, await askForToken(world), newPassword)
  expect(await isLive(world, other)).toBe(true)
  expect((await logInWith(world, grace.password, grace.email)).status).toBe(200)
  expect((await verifyEmail(world, othersToken)).status).toBe(200)
})

test('what was mailed before is void: links to log in, to prove, to change the address', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  await askForLogIn(world)
  await askForEmailChange(world, accessToken, 'new@example.com')
  const token = await askForToken(world)
  expect(await world.db.select({ purpose: emailTokens.purpose }).from(emailTokens)).toHaveLength(4)
  await resetPassword(world, token, newPassword)
  expect(await world.db.select({ purpose: emailTokens.purpose }).from(emailTokens)).toEqual([
    { purpose: 'reset-password' },
  ])
  expect((await logInByLink(world, mailedBy(world, 'log-in').token)).status).toBe(400)
})

test('a reset proves an address that nobody has proved, since its owner read the mail', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  await registerOnly(world)
  await resetPassword(world, await askForToken(world), newPassword)
  expect((await logInWith(world, newPassword)).status).toBe(200)
  expect(await world.db.select({ at: users.emailVerifiedAt }).from(users)).toEqual([{ at: world.clock.now() }])
})

test('an address that was proved keeps the time of its proof', async () => {
  const world = await openProvedWorld()
  const before = await world.db.select({ at: users.emailVerifiedAt }).from(users)
  world.advance(600)
  await resetPassword(world, await askForToken(world), newPassword)
  expect(await world.db.select({ at: users.emailVerifiedAt }).from(users)).toEqual(before)
})

test('an account without a password gets its first', async () => {
  const world = await openProvedWorld()
  await world.db.delete(passwords)
  expect((await resetPassword(world, await askForToken(world), newPassword)).status).toBe(204)
  expect((await logInWith(world, newPassword)).status).toBe(200)
})

test('a password that breaks a rule is refused with its name, and the link still works', async () => {
  const world = await openProvedWorld()
  const token = await askForToken(world)
  for (const [password, code] of [
    ['short', 'password_too_short'],
    [commonPassword, 'password_common'],
    [`${ada.email} 1815`, 'password_contains_email'],
  ] as const) {
    const answer = await resetPassword(world, token, password)
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/newPassword', code }] } })
  }
  expect((await logInWith(world, ada.password)).status).toBe(200)
  expect((await resetPassword(world, token, newPassword)).status).toBe(204)
})

test('a banned account gets no mail, its token from before is worth nothing, and its log-in looks like a wrong password', async () => {
  const world = await openProvedWorld()
  const token = await askForToken(world)
  await ban(world)
  world.outbox.length = 0
  const asked = await eventsOf(world, () => askForReset(world))
  expect([asked, world.outbox]).toEqual([[], []])
  expect(await eventsOf(world, () => resetPassword(world, token, newPassword))).toEqual([])
  expect(await resetPassword(world, token, newPassword)).toMatchObject(refused)
  const [banned, wrong] = [await logInWith(world, ada.password), await logInWith(world, 'a wrong guess')]
  expect([banned.status, problemOf(banned)]).toEqual([wrong.status, problemOf(wrong)])
  expect(world.outbox).toEqual([])
})

test('an unknown address gets no mail and the same answer', async () => {
  const world = await openProvedWorld()
  const [known, unknown] = [await askForReset(world), await askForReset(world, 'nobody@example.com')]
  expect({ ...unknown, headers: null }).toEqual({ ...known, headers: null })
  expect([...unknown.headers.keys()]).toEqual([...known.headers.keys()])
  expect(mailedTemplates(world)).toEqual([`reset-password → ${ada.email}`])
})

test('a token of another purpose resets nothing', async () => {
  const world = await openProvedWorld()
  await askForLogIn(world)
  const { token } = mailedBy(world, 'log-in')
  expect(await resetPassword(world, token, newPassword)).toMatchObject(refused)
  expect((await logInByLink(world, token)).status).toBe(200)
})

test('a token for an address that the account has no more resets nothing', async () => {
  const world = await openProvedWorld()
  const token = await askForToken(world)
  await world.db.update(users).set({ email: 'moved@example.com' }).where(eq(users.email, ada.email))
  expect(await resetPassword(world, token, newPassword)).toMatchObject(refused)
})

test('of sixteen that reset at once, one does, and its password is the account’s', async () => {
  const world = await openProvedWorld()
  const token = await askForToken(world)
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, index) => resetPassword(world, token, `the new password ${index}`)),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array(15).fill(400)])
  const winner = answers.findIndex(({ status }) => status === 204)
  expect((await logInWith(world, `the new password ${winner}`)).status).toBe(200)
  expect(mailedTemplates(world).filter((mail) => mail.startsWith('password-changed'))).toHaveLength(1)
})
