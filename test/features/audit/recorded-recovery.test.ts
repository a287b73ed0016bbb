import { expect, test } from 'bun:test'
import { passwords } from '#db/schema/accounts'
import { mailedBy } from '../accounts/mailed'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import { anonymous, byPerson, headers, openWarmWorld, recordedBy, tokenIssued } from './recording'

const newPassword = 'a wholly new password'
const newEmail = 'countess@example.org'

/** Somebody with a proved address and two sessions; the newer one is theirs here. */
const openProvedWorld = async () => {
  const world = await openWarmWorld()
  await registerAndLogIn(world)
  await world.send('POST /v1/auth/email/verify', { json: { token: mailedBy(world, 'verify-email').token } })
  await logIn(world)
  const own = await logIn(world)
  return { world, own, userId: own.user.id }
}

type Proved = Awaited<ReturnType<typeof openProvedWorld>>

const forgot = ({ world }: Pick<Proved, 'world'>, email = ada.email) =>
  recordedBy(world, () => world.send('POST /v1/auth/password/forgot', { json: { email }, headers }))

const reset = ({ world }: Pick<Proved, 'world'>, password = newPassword) => {
  const json = { token: mailedBy(world, 'reset-password').token, newPassword: password }
  return recordedBy(world, () => world.send('POST /v1/auth/password/reset', { json, headers }))
}

const change = ({ world, own }: Proved, currentPassword: string) => {
  const call = { json: { currentPassword, newPassword }, token: own.accessToken, headers }
  return recordedBy(world, () => world.send('POST /v1/auth/password/change', call))
}

const askForChange = ({ world, own }: Proved, address = newEmail) => {
  const call = { json: { newEmail: address }, token: own.accessToken, headers }
  return recordedBy(world, () => world.send('POST /v1/me/email/change', call))
}

test('a reset that is asked for is recorded by its token, issued by the system in that request, or not at all', async () => {
  const proved = await openProvedWorld()
  expect(await forgot(proved)).toEqual([tokenIssued(proved.userId, 'send-reset-mail', 'reset-password')])
  expect(await forgot(proved, 'nobody@example.com')).toEqual([])
})

test('a reset is recorded with the number of sessions that it ended', async () => {
  const proved = await openProvedWorld()
  await forgot(proved)
  expect(await reset(proved, 'short')).toEqual([])
  const event = { ...anonymous, userId: proved.userId }
  expect(await reset(proved)).toEqual([
    { ...event, type: 'password.reset' },
    { ...event, type: 'session.ended', data: { reason: 'password_reset', count: 2 } },
  ])
  expect(await reset(proved)).toEqual([])
})

test('a reset that proves the address is recorded as that too, and one that ends no session says nothing of sessions', async () => {
  const world = await openWarmWorld({ EMAIL_VERIFICATION: 'required' })
  await world.send('POST /v1/auth/register', { json: ada })
  await world.settle()
  await forgot({ world })
  const events = await reset({ world })
  expect(events).toMatchObject([{ type: 'account.email_verified' }, { type: 'password.reset' }])
})

test('a changed password is recorded with the session that did it, and the number of those that ended', async () => {
  const proved = await openProvedWorld()
  const event = byPerson(proved.own)
  expect(await change(proved, ada.password)).toEqual([
    { ...event, type: 'password.changed' },
    { ...event, type: 'session.ended', sessionId: null, data: { reason: 'password_changed', count: 1 } },
  ])
})

test('a refused change is recorded, for an account without a password too', async () => {
  const proved = await openProvedWorld()
  const refused = { ...byPerson(proved.own), type: 'password.change_refused' }
  expect(await change(proved, 'a wrong guess')).toEqual([refused])
  await proved.world.db.delete(passwords)
  expect(await change(proved, ada.password)).toEqual([refused])
})

test('a change of the address is recorded when it is asked for, with the token to the new address', async () => {
  const proved = await openProvedWorld()
  const requested = { ...byPerson(proved.own), type: 'email.change_requested' }
  expect(await askForChange(proved)).toEqual([
    requested,
    tokenIssued(proved.userId, 'send-email-change-mail', 'change-email'),
  ])
  expect(await askForChange(proved, ada.email)).toEqual([])
  await registerAndLogIn(proved.world, grace)
  expect(await askForChange(proved, grace.email)).toEqual([requested])
})

test('a change of the address is recorded when it is confirmed, by whoever has the link, with the sessions that ended', async () => {
  const proved = await openProvedWorld()
  await askForChange(proved)
  const json = { token: mailedBy(proved.world, 'confirm-email').token }
  const confirm = () =>
    recordedBy(proved.world, () => proved.world.send('POST /v1/me/email/change/confirm', { json, headers }))
  const event = { ...anonymous, userId: proved.userId }
  expect(await confirm()).toEqual([
    { ...event, type: 'email.changed' },
    { ...event, type: 'session.ended', data: { reason: 'email_changed', count: 1 } },
  ])
  expect(await confirm()).toEqual([])
})

test('a change that comes too late, since the address was taken, is not recorded', async () => {
  const proved = await openProvedWorld()
  await askForChange(proved)
  const { token } = mailedBy(proved.world, 'confirm-email')
  await registerAndLogIn(proved.world, { ...grace, email: newEmail })
  const confirm = () => proved.world.send('POST /v1/me/email/change/confirm', { json: { token }, headers })
  expect(await recordedBy(proved.world, confirm)).toEqual([])
})
