import { expect, test } from 'bun:test'
import { freshEmail, given } from '../given'
import { fromOwnPage, toBrowserSession } from '../support/browser'
import { expectFaults, expectFaultyField, expectProblem } from '../support/expect-problem'
import { waitForMail } from '../support/mailbox'
import type { Reply } from '../support/send'
import { expectAlive } from '../support/sessions'
import { CookieTokenSet, SessionPage, TokenSet } from '../support/shapes'
import { target } from '../target'

const server = await target()

const consume = (json: Record<string, unknown>, headers: Record<string, string> = {}) =>
  server.send('POST /v1/auth/email-link/consume', { json, headers })

/** Another code of six digits. */
const wrongCode = (code: string, step = 1) => String((Number(code) + step) % 1_000_000).padStart(6, '0')

const tokensIn = (reply: Reply): TokenSet => {
  expect(reply.status).toBe(200)
  return TokenSet.parse(reply.json)
}

test.each(['link', 'code'])('the mailed %s logs in, beside the password and the other sessions', async (way) => {
  const person = await given.person(server)
  const { token, code } = await given.logInMail(server, person.email)
  const tokens = tokensIn(await consume(way === 'link' ? { token } : { email: person.email, code }))
  expect(tokens.user).toEqual(person.user)
  expect(tokens.sessionId).not.toBe(person.sessionId)
  const { items } = SessionPage.parse((await server.send('GET /v1/sessions', tokens)).json)
  expect(items.find(({ current }) => current)).toMatchObject({ id: tokens.sessionId, amr: ['otp'], acr: 'aal1' })
  await expectAlive(server, tokens)
  await expectAlive(server, person)
  await given.session(server, person)
})

test('the link logs in once, and uses up the code', async () => {
  const { email } = await given.provedAccount(server)
  const { token, code } = await given.logInMail(server, email)
  tokensIn(await consume({ token }))
  for (const _ of [1, 2]) expectProblem(await consume({ token }), 400, 'invalid_email_token')
  expectProblem(await consume({ email, code }), 400, 'invalid_email_code')
})

test('the code logs in once, in any spelling of the address, and uses up the link', async () => {
  const { email } = await given.provedAccount(server)
  const { token, code } = await given.logInMail(server, email)
  tokensIn(await consume({ email: ` ${email.toUpperCase()} `, code }))
  for (const _ of [1, 2]) expectProblem(await consume({ email, code }), 400, 'invalid_email_code')
  expectProblem(await consume({ token }), 400, 'invalid_email_token')
})

test('asking again voids the link and the code from before', async () => {
  const { email } = await given.provedAccount(server)
  const [first, second] = [await given.logInMail(server, email), await given.logInMail(server, email)]
  expectProblem(await consume({ token: first.token }), 400, 'invalid_email_token')
  if (first.code !== second.code) {
    expectProblem(await consume({ email, code: first.code }), 400, 'invalid_email_code')
  }
  tokensIn(await consume({ email, code: second.code }))
})

test('the mail for a new account proves its address: one is logged in, without a password', async () => {
  const account = await given.account(server)
  const { email } = account
  const verification = await given.verificationToken(server, email)
  const { code } = await given.logInMail(server, email)
  expect(tokensIn(await consume({ email, code })).user.emailVerified).toBe(true)
  const proved = await server.send('POST /v1/auth/email/verify', { json: { token: verification } })
  expect(proved.json).toMatchObject({ activation: { canLogin: true, pendingTasks: ['password_setup'] } })
  const logIn = await server.send('POST /v1/auth/login', { json: { ...account } })
  expectProblem(logIn, 401, 'invalid_credentials')
})

const noCodes = [
  '',
  '27182',
  '2718281',
  '27182a',
  '27 182',
  ' 271828',
  '-27182',
  '2.7182',
  '２７１８２８',
  '٢٧١٨٢٨',
  '0x1F40',
]

test('what is not six digits is no code, and not counted as a try', async () => {
  const email = freshEmail()
  for (const code of noCodes) expectFaultyField(await consume({ email, code }), '/code')
  expectProblem(await consume({ email, code: '271828' }), 400, 'invalid_email_code')
})

test('one logs in by the link, or by the address and the code, and by nothing between', async () => {
  const { email } = await given.provedAccount(server)
  const { token, code } = await given.logInMail(server, email)
  const mixtures = [{}, { email }, { code }, { token, email }, { token, code }, { token, email, code }]
  for (const mixture of mixtures) expectProblem(await consume(mixture), 422, 'invalid_request')
  expectFaults(await consume({ token, transport: 'header' }), { '/transport': 'invalid_value' })
  expectFaults(await consume({ token, remember: true }), { '/remember': 'unrecognized_keys' })
  tokensIn(await consume({ token }))
})

const expectLocked = (reply: Reply) => {
  expectProblem(reply, 423, 'account_locked')
  expect(Number(reply.headers.get('retry-after'))).toBeWithin(1, 1801)
}

test('the fifth try at a code still counts, the sixth does not, and the link works all the same', async () => {
  const [ada, eve] = [await given.provedAccount(server), await given.provedAccount(server)]
  const [adasMail, evesMail] = [await given.logInMail(server, ada.email), await given.logInMail(server, eve.email)]
  const guess = async ({ email }: typeof ada, code: string, count: number) => {
    for (let step = 1; step <= count; step += 1) {
      expectProblem(await consume({ email, code: wrongCode(code, step) }), 400, 'invalid_email_code')
    }
  }
  await guess(ada, adasMail.code, 4)
  tokensIn(await consume({ email: ada.email, code: adasMail.code }))

  await guess(eve, evesMail.code, 5)
  for (const _ of [1, 2]) expectLocked(await consume({ email: eve.email, code: evesMail.code }))
  expectLocked(await consume({ email: eve.email.toUpperCase(), code: evesMail.code }))
  const { code } = await given.logInMail(server, eve.email)
  expectLocked(await consume({ email: eve.email, code }))
  const { data } = await waitForMail(server, eve.email, 'log-in', 2)
  tokensIn(await consume({ token: data.token }))
})

test('tries are counted for an address that nobody has, too', async () => {
  const email = freshEmail()
  for (let count = 0; count < 5; count += 1) {
    expectProblem(await consume({ email, code: '271828' }), 400, 'invalid_email_code')
  }
  expectLocked(await consume({ email, code: '271828' }))
  expectProblem(await consume({ email: freshEmail(), code: '271828' }), 400, 'invalid_email_code')
})

test.each(['link', 'code'])(
  'the %s logs in by cookie from our own page only, and is not used up elsewhere',
  async (way) => {
    const { email } = await given.provedAccount(server)
    const { token, code } = await given.logInMail(server, email)
    const json = { ...(way === 'link' ? { token } : { email, code }), transport: 'cookie' }
    for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const forged = await consume(json, headers)
      expectProblem(forged, 403, 'cross_site_request')
      expect(forged.headers.getSetCookie()).toEqual([])
    }
    const { reply, access, refresh, cookie } = toBrowserSession(await consume(json, fromOwnPage))
    expect(CookieTokenSet.parse(reply.json).user.email).toBe(email)
    for (const { value } of [access, refresh]) expect(reply.text).not.toContain(value)
    expect((await server.send('GET /v1/me', { headers: cookie })).status).toBe(200)
  },
)
