import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given, type Person } from '../given'
import { fromOwnPage, logInWithCookies } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { tokenIn, waitForMail } from '../support/mailbox'
import type { Reply } from '../support/send'
import { logIn } from '../support/sessions'
import { visible } from '../support/visible'
import { target } from '../target'

const server = await target()

const fail = (email: string) => logIn(server, { email, password: freshPassword() })

const failTimes = async (email: string, times: number) => {
  for (let count = 0; count < times; count += 1) expectProblem(await fail(email), 401, 'invalid_credentials')
}

const expectLocked = (reply: Reply) => {
  expectProblem(reply, 423, 'account_locked')
  expect(Number(reply.headers.get('retry-after'))).toBeWithin(1, 1801)
}

const failAtOnce = (email: string, times: number) =>
  Promise.all(Array.from({ length: times }, () => fail(email))).then((replies) => replies.map(({ status }) => status))

test('four failures lock nobody, the fifth does, and only who knows the password hears of it', async () => {
  const [account, unknown] = [await given.provedAccount(server), freshEmail()]
  await failTimes(account.email, 4)
  expect((await logIn(server, account)).status).toBe(200)
  await failTimes(account.email, 5)
  await failTimes(unknown, 5)
  expectLocked(await logIn(server, account))
  expect(visible(await fail(account.email))).toEqual(visible(await fail(unknown)))
})

test('five failures at once lock, four at once do not', async () => {
  const [locked, open] = [await given.provedAccount(server), await given.provedAccount(server)]
  expect(await failAtOnce(locked.email, 5)).toEqual([401, 401, 401, 401, 401])
  expect(await failAtOnce(open.email, 4)).toEqual([401, 401, 401, 401])
  expectLocked(await logIn(server, locked))
  expect((await logIn(server, open)).status).toBe(200)
})

test('twenty right log-ins of one account at once all succeed', async () => {
  const account = await given.provedAccount(server)
  await failTimes(account.email, 4)
  const replies = await Promise.all(Array.from({ length: 20 }, () => logIn(server, account)))
  expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
})

test('a device that logged in before gets in while an attacker holds the account locked; a stranger’s does not', async () => {
  const [account, stranger] = [await given.provedAccount(server), await given.provedAccount(server)]
  const first = await logIn(server, account)
  const device = { 'device-token': first.headers.get('device-token') ?? '' }
  const { cookie } = await logInWithCookies(server, account)
  const foreign = { 'device-token': (await logIn(server, stranger)).headers.get('device-token') ?? '' }
  await failTimes(account.email, 7)
  const from = (headers: Record<string, string>) => server.send('POST /v1/auth/login', { headers, json: account })
  for (const headers of [device, { ...cookie, ...fromOwnPage }]) expect((await from(headers)).status).toBe(200)
  for (const headers of [{}, foreign, { 'device-token': `${device['device-token']}A` }]) {
    expectLocked(await from(headers))
  }
})

interface Owner extends Person {
  code: string
}

/** Each way to prove who one is that can be guessed at, by the password or the code that is shown. */
const paths: Record<string, (shown: Owner) => Promise<Reply>> = {
  'a log-in': (shown) => logIn(server, shown),
  'a change of the password': ({ accessToken, password }) =>
    server.send('POST /v1/auth/password/change', {
      accessToken,
      json: { currentPassword: password, newPassword: freshPassword() },
    }),
  'a step-up': ({ accessToken, password }) =>
    server.send('POST /v1/auth/step-up', { accessToken, json: { method: 'password', password } }),
  'a mailed code': ({ email, code }) => server.send('POST /v1/auth/email-link/consume', { json: { email, code } }),
}

const givenOwner = async (): Promise<Owner> => {
  const person = await given.person(server)
  const { code } = await given.logInMail(server, person.email)
  return { ...person, code }
}

const wrongly = (owner: Owner): Owner => ({
  ...owner,
  password: freshPassword(),
  code: String((Number(owner.code) + 1) % 1_000_000).padStart(6, '0'),
})

for (const [name, path] of Object.entries(paths)) {
  test(`${name} that fails five times locks every path`, async () => {
    const owner = await givenOwner()
    for (let count = 0; count < 5; count += 1) expect([400, 401]).toContain((await path(wrongly(owner))).status)
    for (const other of Object.values(paths)) expectLocked(await other(owner))
    expect((await server.send('GET /v1/me', owner)).status).toBe(200)
  })
}

test('failures by all of the paths at once add up to one lock', async () => {
  const owner = await givenOwner()
  const ways = [...Object.values(paths), paths['a log-in']]
  const replies = await Promise.all(ways.map((path) => path?.(wrongly(owner))))
  expect(replies.map((reply) => reply?.status).toSorted()).toEqual([400, 401, 401, 401, 401])
  for (const path of Object.values(paths)) expectLocked(await path(owner))
})

test('the link in the mail about a lock lifts it, once', async () => {
  const account = await given.provedAccount(server)
  await failTimes(account.email, 5)
  const token = tokenIn(await waitForMail(server, account.email, 'account-locked'))
  const unlock = () => server.send('POST /v1/auth/unlock', { json: { token } })
  expect((await unlock()).status).toBe(204)
  expect((await logIn(server, account)).status).toBe(200)
  expectProblem(await unlock(), 400, 'invalid_email_token')
})
