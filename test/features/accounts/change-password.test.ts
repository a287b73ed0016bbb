import { expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { emailTokens, passwords } from '#db/schema/accounts'
import { commonPassword, openWorld } from '../../platform'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import {
  askForEmailChange,
  askForLogIn,
  askForReset,
  changePassword,
  confirmEmail,
  isLive,
  logInByLink,
  logInWith,
  mailedBy,
  mailedTemplates,
  resetPassword,
  verifyEmail,
} from './mailed'

const newPassword = 'a wholly new password'
const wrongPassword = { status: 401, body: { code: 'invalid_credentials' } }

test('the password is changed by who knows the old one, and the owner is told', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  expect(await changePassword(world, accessToken, ada.password, newPassword)).toMatchObject({ status: 204, text: '' })
  expect((await logInWith(world, ada.password)).status).toBe(401)
  expect((await logInWith(world, newPassword)).status).toBe(200)
  expect(mailedTemplates(world)).toEqual([`verify-email → ${ada.email}`, `password-changed → ${ada.email}`])
})

test('the session that changes it stays, the others end, and nobody else’s do', async () => {
  const world = await openWorld()
  const other = await registerAndLogIn(world)
  const own = await logIn(world)
  const stranger = await registerAndLogIn(world, grace)
  await changePassword(world, own.accessToken, ada.password, newPassword)
  expect([await isLive(world, own), await isLive(world, other), await isLive(world, stranger)]).toEqual([
    true,
    false,
    true,
  ])
})

test('a wrong current password changes nothing: no session ends, no mail goes', async () => {
  const world = await openWorld()
  const other = await registerAndLogIn(world)
  const own = await logIn(world)
  expect(await changePassword(world, own.accessToken, 'a wrong guess', newPassword)).toMatchObject(wrongPassword)
  expect(await isLive(world, other)).toBe(true)
  expect((await logInWith(world, ada.password)).status).toBe(200)
  expect(mailedTemplates(world)).toEqual([`verify-email → ${ada.email}`])
})

test('an account without a password has none to change, for the cost of one hash', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  await world.db.delete(passwords)
  const hashes = world.hashes.count
  expect(await changePassword(world, accessToken, ada.password, newPassword)).toMatchObject(wrongPassword)
  expect(world.hashes.count).toBe(hashes + 1)
  expect(await world.db.select().from(passwords)).toEqual([])
})

test('a password that breaks a rule is refused with its name; who guesses the old one learns nothing of the new', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  for (const [password, code] of [
    ['short', 'password_too_short'],
    [commonPassword, 'password_common'],
    [`${ada.email} 1815`, 'password_contains_email'],
  ] as const) {
    const answer = await changePassword(world, accessToken, ada.password, password)
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/newPassword', code }] } })
    expect(await changePassword(world, accessToken, 'a wrong guess', password)).toMatchObject(wrongPassword)
  }
  expect((await logInWith(world, ada.password)).status).toBe(200)
})

test('without a session, or with one that is over, there is nothing to change', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  const json = { currentPassword: ada.password, newPassword }
  expect(await world.send('POST /v1/auth/password/change', { json })).toMatchObject({ status: 401 })
  await world.send('POST /v1/auth/logout', { token: accessToken })
  expect(await changePassword(world, accessToken, ada.password, newPassword)).toMatchObject({
    status: 401,
    body: { code: 'session_revoked' },
  })
})

test('links that were mailed before are void, but the one that proves the address', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  await askForLogIn(world)
  await askForReset(world)
  await askForEmailChange(world, accessToken, 'new@example.com')
  await changePassword(world, accessToken, ada.password, newPassword)
  expect(await world.db.select({ purpose: emailTokens.purpose }).from(emailTokens)).toEqual([
    { purpose: 'verify-email' },
  ])
  const { token } = mailedBy(world, 'reset-password')
  expect((await resetPassword(world, token, 'yet another password')).status).toBe(400)
  expect((await logInByLink(world, mailedBy(world, 'log-in').token)).status).toBe(400)
  expect((await confirmEmail(world, mailedBy(world, 'confirm-email').token)).status).toBe(400)
  expect((await verifyEmail(world, mailedBy(world, 'verify-email').token)).status).toBe(200)
})

test('a password that was changed meanwhile is not changed by who knew the one before', async () => {
  const world = await openWorld()
  const { accessToken, user } = await registerAndLogIn(world)
  const hasher = world.platform.passwords
  const slow = world.startAnother(
    {},
    {
      passwords: {
        ...hasher,
        hash: async (password) => {
          await world.db.update(passwords).set({ hash: 'readable$meanwhile' }).where(eq(passwords.userId, user.id))
          return hasher.hash(password)
        },
      },
    },
  )
  expect(await changePassword(slow, accessToken, ada.password, newPassword)).toMatchObject(wrongPassword)
  expect((await logInWith(world, 'meanwhile')).status).toBe(200)
  expect(await isLive(world, { accessToken })).toBe(true)
})

test('of sixteen changes at once one counts, and its password is the account’s', async () => {
  // Those that come late bring a wrong password by then, which is what a lockout counts.
  const world = await openWorld({ LOCKOUT_FAILURES: '16' })
  const { accessToken } = await registerAndLogIn(world)
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, index) =>
      changePassword(world, accessToken, ada.password, `the new password ${index}`),
    ),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array(15).fill(401)])
  const winner = answers.findIndex(({ status }) => status === 204)
  expect((await logInWith(world, `the new password ${winner}`)).status).toBe(200)
})

test('ten tries in ten minutes are free for one account; another account is not held up', async () => {
  const world = await openWorld({ RATE_LIMITS: 'on', LOCKOUT_FAILURES: '100' })
  const own = await registerAndLogIn(world)
  const other = await registerAndLogIn(world, grace)
  for (let tries = 0; tries < 10; tries += 1)
    expect((await changePassword(world, own.accessToken, 'a wrong guess', newPassword)).status).toBe(401)
  const hashes = world.hashes.count
  expect(await changePassword(world, own.accessToken, ada.password, newPassword)).toMatchObject({
    status: 429,
    body: { retryAfterSeconds: 600 },
  })
  expect(world.hashes.count).toBe(hashes)
  expect((await changePassword(world, other.accessToken, grace.password, newPassword)).status).toBe(204)
  world.advance(600)
  expect((await changePassword(world, own.accessToken, ada.password, newPassword)).status).toBe(204)
})
