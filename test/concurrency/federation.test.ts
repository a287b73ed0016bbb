import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { beginLogInAt, exchange, freshProvidedPerson, logInAt } from '../support/federated-log-in'
import { federation } from '../support/federation-target'
import type { Reply } from '../support/send'
import { TokenSet } from '../support/shapes'
import { countByStatus, inParallel } from './parallel'

const { server, openBrowser, logIn, acme } = await federation()

const query = async (run: (sql: ReturnType<typeof postgres>) => Promise<readonly unknown[]>) => {
  const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 1, onnotice: () => {} })
  try {
    return await run(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const countRefusals = async (replies: { headers: Headers }[]): Promise<number> => {
  const ids = replies.map(({ headers }) => headers.get('x-request-id') ?? '')
  const rows = await query(
    (sql) => sql`
    select 1 from audit_event where type = 'federation.refused' and request_id = any(${ids}) and data->>'reason' <> ''`,
  )
  return rows.length
}

test('of sixteen exchanges of one code at once exactly one succeeds, and each other is recorded', async () => {
  for (let round = 0; round < 3; round += 1) {
    const returned = await logInAt(server, openBrowser(freshProvidedPerson()), 'acme')
    const replies = await inParallel(16, () => exchange(server, returned))
    expect(countByStatus(replies)).toEqual({ 200: 1, 400: 15 })
    const refused = replies.filter(({ status }) => status === 400)
    for (const reply of refused) expectProblem(reply, 400, 'invalid_identity_code')
    expect(await countRefusals(refused)).toBe(15)
  }
})

test('of sixteen browsers that come back with one answer at once exactly one gets a code', async () => {
  const person = freshProvidedPerson()
  const browser = openBrowser(person)
  const { address } = await beginLogInAt(server, 'acme')
  const { url: callback } = await browser.open(address, ({ pathname }) => pathname.endsWith('/callback'))
  const arrivals = await inParallel(16, () => browser.open(callback))
  expect(arrivals.filter(({ url }) => url.searchParams.has('code') && url.origin !== server.baseUrl)).toHaveLength(1)
  expect(arrivals.filter(({ answer }) => answer?.status === 400)).toHaveLength(15)
  // A provider whose code is exchanged twice revokes what it gave for it.
  expect(acme.tokensOf('RefreshToken', person.sub)).toHaveLength(1)
})

test('of sixteen log-ins by one id_token at once exactly one succeeds', async () => {
  const nonce = crypto.randomUUID()
  const now = Math.floor(Date.now() / 1000)
  const idToken = await acme.sign({
    iss: acme.issuer,
    aud: 'postern',
    iat: now,
    exp: now + 300,
    nonce,
    ...freshProvidedPerson(),
  })
  const replies = await inParallel(16, () =>
    server.send('POST /v1/auth/oauth/acme/token', { json: { idToken, nonce } }),
  )
  expect(countByStatus(replies)).toEqual({ 200: 1, 400: 15 })
  expect(await countRefusals(replies.filter(({ status }) => status === 400))).toBe(15)
})

test('of a link and an exchange of one code at once exactly one succeeds', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { accessToken } = await given.person(server)
    const json = await logInAt(server, openBrowser(freshProvidedPerson()), 'acme')
    const replies = await Promise.all([
      exchange(server, json),
      server.send('POST /v1/me/identities', { accessToken, json }),
    ])
    expect(replies.filter(({ status }) => status < 300)).toHaveLength(1)
    expect(replies.filter(({ status }) => status === 400)).toHaveLength(1)
  }
})

const usersOf = (replies: Reply[]) => new Set(replies.map(({ json }) => TokenSet.parse(json).user.id))

test('whoever comes for the first time from several devices at once gets one account, and in from each', async () => {
  for (let round = 0; round < 4; round += 1) {
    const person = freshProvidedPerson()
    const returned = await inParallel(6, () => logInAt(server, openBrowser(person), 'acme'))
    const replies = await Promise.all(returned.map((one) => exchange(server, one)))
    expect(countByStatus(replies)).toEqual({ 200: 6 })
    expect(usersOf(replies).size).toBe(1)
  }
})

test('whoever is linked by their address from several devices at once gets in from each', async () => {
  const owner = await given.person(server)
  const person = freshProvidedPerson({ email: owner.email })
  const returned = await inParallel(6, () => logInAt(server, openBrowser(person), 'acme'))
  const replies = await Promise.all(returned.map((one) => exchange(server, one)))
  expect(countByStatus(replies)).toEqual({ 200: 6 })
  expect(usersOf(replies)).toEqual(new Set([owner.user.id]))
})

test('of a registration and a log-in at a provider with one address at once nobody gets what is another’s', async () => {
  for (let round = 0; round < 5; round += 1) {
    const person = freshProvidedPerson()
    const returned = await logInAt(server, openBrowser(person), 'acme')
    const [registered, exchanged] = await Promise.all([
      server.send('POST /v1/auth/register', { json: { email: person.email, password: 'the password of a stranger' } }),
      exchange(server, returned),
    ])
    expect(registered.status).toBe(202)
    const json = { email: person.email, password: 'the password of a stranger' }
    const logInByPassword = await server.send('POST /v1/auth/login', { json })
    if (exchanged.status === 200) expectProblem(logInByPassword, 401, 'invalid_credentials')
    else {
      expectProblem(exchanged, 409, 'identity_conflict')
      expectProblem(logInByPassword, 403, 'email_unverified')
    }
  }
})

test('an account at a provider that two people link at once is one person’s', async () => {
  const owners = [await given.person(server), await given.person(server)]
  const person = freshProvidedPerson()
  const codes = [await logInAt(server, openBrowser(person), 'acme'), await logInAt(server, openBrowser(person), 'acme')]
  const replies = await Promise.all(
    owners.map(({ accessToken }, index) => server.send('POST /v1/me/identities', { accessToken, json: codes[index] })),
  )
  expect(countByStatus(replies)).toEqual({ 201: 1, 409: 1 })
  const winner = owners[replies.findIndex(({ status }) => status === 201)]
  expect((await logIn('acme', person)).user.id).toBe(winner?.user.id ?? '')
})

test('of two ways in that are unlinked at once one stays', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { accessToken } = await logIn('acme', freshProvidedPerson())
    const json = await logInAt(server, openBrowser(freshProvidedPerson()), 'globex')
    expect((await server.send('POST /v1/me/identities', { accessToken, json })).status).toBe(201)
    const { json: list } = await server.send('GET /v1/me/identities', { accessToken })
    const ids = Object(list).items.map(({ id }: { id: string }) => id)
    const replies = await inParallel(2, (index) =>
      server.send(`DELETE /v1/me/identities/${ids[index]}`, { accessToken }),
    )
    expect(countByStatus(replies)).toEqual({ 204: 1, 409: 1 })
  }
})

test('log-outs that a provider announces, log-ins and revocations at once meet no error', async () => {
  const person = freshProvidedPerson()
  const first = await logIn('acme', person)
  const sessions = [first, ...(await inParallel(3, () => logIn('acme', person)))]
  const codes = await inParallel(4, () => logInAt(server, openBrowser(person), 'acme'))
  const [, ...replies] = await Promise.all([
    Promise.all([acme.announceLogOut(person.sub), acme.announceLogOut(person.sub)]),
    ...sessions.map(({ accessToken }) => server.send('DELETE /v1/sessions', { accessToken })),
    ...sessions.map(({ refreshToken }) => server.send('POST /v1/auth/refresh', { json: { refreshToken } })),
    ...codes.map((code) => exchange(server, code)),
  ])
  expect(replies.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([])
})
