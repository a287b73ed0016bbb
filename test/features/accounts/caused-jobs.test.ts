import { expect, test } from 'bun:test'
import { JobData } from '#features/jobs/payloads'
import { openWorld, type World } from '../../platform'
import { listUnfinished } from '../jobs/queue'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import { askForEmailChange, askForLogIn, askForReset, mailedBy, verifyEmail } from './mailed'

/** Ada, proved, with a session. */
const openAdasWorld = async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  await verifyEmail(world, mailedBy(world, 'verify-email').token)
  const { accessToken: token, user, sessionId } = await logIn(world)
  return { world, token, userId: user.id, sessionId }
}

/** What a request leaves in the queue, and how often it says so to who works jobs. */
const causedBy = async (world: World, send: (instance: World) => Promise<{ status: number }>) => {
  let pokes = 0
  const pokeJobs = () => {
    pokes += 1
  }
  const { status } = await send(world.startAnother({}, { pokeJobs }))
  const jobs = (await listUnfinished(world)).map(({ name, data }) => ({
    queue: name,
    payload: JobData.parse(data).payload,
  }))
  return { status, pokes, jobs: jobs.toSorted((a, b) => a.queue.localeCompare(b.queue)) }
}

/** Goes to the address that the account had then. */
const notice = (userId: string, name: string, others: object = {}) => ({
  queue: 'send-security-notice',
  payload: { userId, notice: name, recipient: ada.email, newEmail: null, ...others },
})

for (const [route, queue] of [
  ['POST /v1/auth/password/forgot', 'send-reset-mail'],
  ['POST /v1/auth/email/verify/resend', 'send-verification-mail'],
  ['POST /v1/auth/email-link', 'send-log-in-mail'],
] as const) {
  test(`${route} causes ${queue} for the address, known or not`, async () => {
    const world = await openWorld()
    await registerAndLogIn(world)
    for (const email of [ada.email, 'nobody@example.com']) {
      const caused = await causedBy(world, (instance) => instance.send(route, { json: { email } }))
      expect(caused).toEqual({ status: 202, pokes: 1, jobs: [{ queue, payload: { email } }] })
      await world.settle()
    }
  })
}

test('a registration causes a mail to its address; where it logs in at once, not for one that is taken', async () => {
  const mail = [{ queue: 'send-registration-mail', payload: { email: ada.email } }]
  for (const [mode, status, again] of [
    ['required', 202, { status: 202, pokes: 1, jobs: mail }],
    ['optional', 201, { status: 409, pokes: 0, jobs: [] }],
  ] as const) {
    const world = await openWorld({ EMAIL_VERIFICATION: mode })
    const register = () => causedBy(world, (instance) => instance.send('POST /v1/auth/register', { json: ada }))
    expect(await register()).toEqual({ status, pokes: 1, jobs: mail })
    await world.settle()
    expect(await register()).toEqual({ ...again, jobs: [...again.jobs] })
  }
})

test('a new address causes its link and a notice to the old one, and once confirmed another notice there', async () => {
  const { world, token, userId, sessionId } = await openAdasWorld()
  const newEmail = 'new@example.com'
  const ask = (instance: World) => instance.send('POST /v1/me/email/change', { token, json: { newEmail } })
  expect(await causedBy(world, ask)).toEqual({
    status: 202,
    pokes: 1,
    jobs: [
      { queue: 'send-email-change-mail', payload: { userId, newEmail, sessionId } },
      notice(userId, 'email-change-requested', { newEmail }),
    ],
  })
  await askForEmailChange(world, token, newEmail)
  const json = { token: mailedBy(world, 'confirm-email').token }
  expect(await causedBy(world, (instance) => instance.send('POST /v1/me/email/change/confirm', { json }))).toEqual({
    status: 200,
    pokes: 1,
    jobs: [{ queue: 'join-by-domain', payload: { userId } }, notice(userId, 'email-changed', { newEmail })],
  })
})

test('a password that is changed or reset causes a notice; one that is not causes none', async () => {
  const { world, token, userId } = await openAdasWorld()
  const change = (currentPassword: string) => (instance: World) =>
    instance.send('POST /v1/auth/password/change', { token, json: { currentPassword, newPassword: 'a new password' } })
  expect(await causedBy(world, change('wrong'))).toEqual({ status: 401, pokes: 0, jobs: [] })
  const jobs = [notice(userId, 'password-changed')]
  expect(await causedBy(world, change(ada.password))).toEqual({ status: 204, pokes: 1, jobs })
  await askForReset(world)
  const json = { token: mailedBy(world, 'reset-password').token, newPassword: 'another new password' }
  const reset = (instance: World) => instance.send('POST /v1/auth/password/reset', { json })
  expect(await causedBy(world, reset)).toEqual({ status: 204, pokes: 1, jobs })
  await world.settle()
  expect(await causedBy(world, reset)).toEqual({ status: 400, pokes: 0, jobs: [] })
})

test('a log-in from a new device causes a notice, one from a known device none', async () => {
  const { world, userId } = await openAdasWorld()
  const { email, password } = ada
  const from = (agent: string) => (instance: World) =>
    instance.send('POST /v1/auth/login', { json: { email, password }, headers: { 'user-agent': agent } })
  expect((await causedBy(world, from('Analytical Engine/2.0'))).jobs).toEqual([])
  expect((await causedBy(world, from('Difference Engine/2.0'))).jobs).toEqual([notice(userId, 'new-device')])
  await askForLogIn(world)
  const json = { token: mailedBy(world, 'log-in').token }
  const byLink = (instance: World) =>
    instance.send('POST /v1/auth/email-link/consume', { json, headers: { 'user-agent': 'Jacquard Loom/1.0' } })
  expect((await causedBy(world, byLink)).jobs).toEqual([notice(userId, 'new-device')])
})

test('what others do causes nothing for the wrong person', async () => {
  const { world } = await openAdasWorld()
  const other = await registerAndLogIn(world, grace)
  const json = { currentPassword: grace.password, newPassword: 'a new password' }
  const change = (instance: World) => instance.send('POST /v1/auth/password/change', { token: other.accessToken, json })
  expect((await causedBy(world, change)).jobs).toEqual([
    notice(other.user.id, 'password-changed', { recipient: grace.email }),
  ])
})
