import { expect, test } from 'bun:test'
import { given } from '../given'
import { type BrowserSession, fromOwnPage, toBrowserSession } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { takeApart } from '../support/forgery'
import { askToLogIn, bindPasskey, PasskeyRequest, verifyLogIn } from '../support/passkey-ceremonies'
import type { SoftwarePasskey } from '../support/passkeys'
import { CookieTokenSet } from '../support/shapes'
import { target } from '../target'

const server = await target()
const person = await given.person(server)
const { authenticator } = await bindPasskey(server, person)

const strangers: Record<string, string>[] = [
  {},
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
]

const logIn = async (headers: Record<string, string>, passkey: SoftwarePasskey = authenticator) => {
  const response = await passkey.assert(await askToLogIn(server))
  const reply = await server.send('POST /v1/auth/passkey/verify', {
    headers,
    json: { response, transport: 'cookie' },
  })
  return { response, reply }
}

const expectCookies = (session: BrowserSession) => {
  const { reply, access, refresh } = session
  expect(CookieTokenSet.parse(reply.json).user.id).toBe(person.user.id)
  for (const { value } of [access, refresh]) expect(reply.text).not.toContain(value)
  expect(session.csrfToken).toMatch(/^[\w-]{43}$/)
  return takeApart(access.value).payload
}

test('a log-in by passkey from our own page puts its tokens in cookies and nowhere else', async () => {
  const { reply } = await logIn(fromOwnPage)
  const session = toBrowserSession(reply)
  expect(expectCookies(session)).toMatchObject({ acr: 'aal2', amr: ['hwk', 'user', 'mfa'] })
  expect(session.device?.value).toStartWith('pdt_')
  expect(reply.headers.get('device-token')).toBeNull()
  expect((await server.send('GET /v1/me', { headers: session.cookie })).status).toBe(200)
})

test.each(strangers)(
  'a page that is not ours gets no cookies for a passkey, and uses up nothing: %j',
  async (headers) => {
    const { response, reply } = await logIn(headers)
    expectProblem(reply, 403, 'cross_site_request')
    expect(reply.headers.getSetCookie()).toEqual([])
    expect((await verifyLogIn(server, response)).status).toBe(200)
  },
)

const waiting = async (transport: 'cookie' | 'bearer') => {
  const { email, password } = person
  const reply = await server.send('POST /v1/auth/login', { headers: fromOwnPage, json: { email, password, transport } })
  expect(reply.headers.getSetCookie()).toEqual([])
  return String(Object(reply.json).challenge.token)
}

const finish = async (challengeToken: string, headers: Record<string, string>, transport?: string) => {
  const response = await authenticator.assert(await askToLogIn(server, { challengeToken }))
  const json = { challengeToken, method: 'passkey', response, transport }
  return server.send('POST /v1/auth/mfa/verify', { headers, json })
}

test('a log-in for cookies is finished by cookies, from our own page only', async () => {
  const challengeToken = await waiting('cookie')
  for (const headers of strangers) {
    const reply = await finish(challengeToken, headers, 'cookie')
    expectProblem(reply, 403, 'cross_site_request')
    expect(reply.headers.getSetCookie()).toEqual([])
  }
  for (const transport of ['bearer', undefined]) {
    expectProblem(await finish(challengeToken, fromOwnPage, transport), 400, 'invalid_challenge')
  }
  const session = toBrowserSession(await finish(challengeToken, fromOwnPage, 'cookie'))
  expect(expectCookies(session)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'hwk', 'user', 'mfa'] })
})

test('a log-in for a bearer is not finished by cookies', async () => {
  const challengeToken = await waiting('bearer')
  expectProblem(await finish(challengeToken, fromOwnPage, 'cookie'), 400, 'invalid_challenge')
  expect((await finish(challengeToken, {})).status).toBe(200)
})

test('a step-up by cookie is answered by cookies, from our own page only', async () => {
  const session = toBrowserSession((await logIn(fromOwnPage)).reply)
  const begin = (headers: Record<string, string>) =>
    server.send('POST /v1/auth/step-up/options', { headers: { ...session.cookie, ...headers } })
  const stepUp = async (challenge: string, headers: Record<string, string>) => {
    const response = await authenticator.assert({ challenge, rpId: new URL(server.baseUrl).hostname })
    const json = { method: 'passkey', response }
    return server.send('POST /v1/auth/step-up', { headers: { ...session.cookie, ...headers }, json })
  }
  const { challenge } = PasskeyRequest.parse((await begin(fromOwnPage)).json)
  for (const headers of strangers) {
    expectProblem(await begin(headers), 403, 'cross_site_request')
    expectProblem(await stepUp(challenge, headers), 403, 'cross_site_request')
  }
  const raised = toBrowserSession(await stepUp(challenge, fromOwnPage))
  expect(raised.access.value).not.toBe(session.access.value)
  expect(takeApart(raised.access.value).payload.sid).toBe(takeApart(session.access.value).payload.sid)
  for (const { value } of [raised.access, raised.refresh]) expect(raised.reply.text).not.toContain(value)
})

test('passkeys are made, renamed and removed by cookie from our own page only', async () => {
  const { cookie } = toBrowserSession((await logIn(fromOwnPage)).reply)
  for (const stranger of strangers) {
    const headers = { ...cookie, ...stranger }
    const id = '00000000-0000-7000-8000-000000000000'
    const replies = await Promise.all([
      server.send('POST /v1/me/passkeys/options', { headers }),
      server.send(`PATCH /v1/me/passkeys/${id}`, { headers, json: { name: 'Mine' } }),
      server.send(`DELETE /v1/me/passkeys/${id}`, { headers }),
    ])
    for (const reply of replies) expectProblem(reply, 403, 'cross_site_request')
  }
  const options = await server.send('POST /v1/me/passkeys/options', { headers: { ...cookie, ...fromOwnPage } })
  expect(options.status).toBe(200)
})
