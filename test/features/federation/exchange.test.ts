import { expect, test } from 'bun:test'
import { users } from '#db/schema/profiles'
import { deleteLostLogIns } from '#features/federation/delete-lost-log-ins'
import { eventsOf } from '../audit/events'
import { keepHouse } from '../jobs/housekeeping'
import { ada, mailedToken, registerAndLogIn } from '../people'
import { comeBackAs, countLinked, exchangeIn, goToProvider, openFederatedWorld, refusalsOf } from './federated-world'

const refused = { status: 400, body: { code: 'invalid_identity_code' } }

test('a code works for a minute', async () => {
  const opened = await openFederatedWorld()
  const [early, late] = [await comeBackAs(opened), await comeBackAs(opened)]
  opened.world.advance(59)
  expect(await exchangeIn(opened.world, early)).toMatchObject({ status: 200 })
  opened.world.advance(1)
  expect(await exchangeIn(opened.world, late)).toMatchObject(refused)
})

test('a code works once, and each further use is recorded with its reason', async () => {
  const opened = await openFederatedWorld()
  const returned = await comeBackAs(opened)
  expect(await exchangeIn(opened.world, returned)).toMatchObject({ status: 200 })
  expect(await exchangeIn(opened.world, returned)).toMatchObject(refused)
  expect(await refusalsOf(opened.world)).toHaveLength(1)
})

test('a code works for whoever knows the verifier, and is not used up by who does not', async () => {
  const opened = await openFederatedWorld()
  const [mine, theirs] = [await comeBackAs(opened), await comeBackAs(opened)]
  const swapped = { code: mine.code, codeVerifier: theirs.codeVerifier }
  expect(await exchangeIn(opened.world, swapped)).toMatchObject(refused)
  expect(await refusalsOf(opened.world)).toHaveLength(1)
  expect(await exchangeIn(opened.world, mine)).toMatchObject({ status: 200 })
})

test('each log-in that comes back is a line in the log, with its provider, outcome and time', async () => {
  const opened = await openFederatedWorld()
  const { world, acme } = opened
  const message = 'a log-in came back from another provider'
  await comeBackAs(opened)
  const milliseconds = expect.any(Number)
  const line = { message, requestId: expect.any(String), provider: 'acme', milliseconds }
  expect(world.logs.filter((event) => event.message === message)).toEqual([
    { ...line, level: 'info', outcome: 'completed' },
  ])
  acme.answers['/token'] = () => Promise.reject(new Error('No answer in time.'))
  await (await goToProvider(world)).comeBack()
  expect(world.logs.findLast((event) => event.message === message)).toEqual({
    ...line,
    level: 'warn',
    outcome: 'unavailable',
  })
})

test('a code is kept as its hash, and so is all that a browser shows of a log-in', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  const flow = await goToProvider(world)
  const kept = await world.db.run('select oauth_flow::text from oauth_flow', [], 'arrays')
  for (const secret of [flow.state, flow.nonce ?? '', flow.request.searchParams.get('code_challenge') ?? '']) {
    expect(secret).not.toBe('')
    expect(JSON.stringify(kept)).not.toContain(secret)
  }
  const { code } = await comeBackAs(opened)
  const waiting = await world.db.run('select provided_identity::text from provided_identity', [], 'arrays')
  expect(JSON.stringify(waiting)).not.toContain(code)
})

test('a new account is recorded as registered, linked and logged in', async () => {
  const opened = await openFederatedWorld()
  const events = await eventsOf(opened.world, async () => exchangeIn(opened.world, await comeBackAs(opened)))
  const [{ id: userId } = {}] = await opened.world.db.select({ id: users.id }).from(users)
  expect(events.filter(({ type }) => type !== 'signing_key.created')).toMatchObject([
    { type: 'account.registered', userId, data: {} },
    { type: 'identity.linked', userId, data: { provider: 'acme' } },
    { type: 'login.succeeded', userId, data: { method: 'federation' } },
  ])
})

test('an account is linked whose address both sides have proved, and the next time it is known', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  const { user } = await registerAndLogIn(world)
  await world.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) } })
  expect(await exchangeIn(world, await comeBackAs(opened))).toMatchObject({
    status: 200,
    body: { user: { id: user.id } },
  })
  const moved = await comeBackAs(opened, { email: 'elsewhere@example.com', email_verified: false })
  expect(await exchangeIn(world, moved)).toMatchObject({
    status: 200,
    body: { user: { id: user.id, email: ada.email } },
  })
  expect(await countLinked(world)).toEqual({ users: 1, identities: 1 })
})

const unlinked: [string, object, number, string][] = [
  ['whose address the provider does not vouch for', { email_verified: false }, 403, 'unproved'],
  ['whose address the provider says nothing of', { email_verified: undefined }, 403, 'unproved'],
  ['whose address is verified in a text', { email_verified: 'true' }, 403, 'unproved'],
  ['who has no address', { email: undefined }, 403, 'unproved'],
  ['whose address is none', { email: 'Ada <ada@example.com>' }, 403, 'unproved'],
  ['whose address only looks the same', { email: 'ada＠example.com' }, 403, 'unproved'],
]

test.each(unlinked)('nobody %s gets into the account with that address', async (_, claims, status, reason) => {
  const opened = await openFederatedWorld()
  const { world } = opened
  await registerAndLogIn(world)
  await world.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) } })
  const answer = await exchangeIn(world, await comeBackAs(opened, claims))
  expect(answer).toMatchObject({ status, body: { code: `identity_${reason}` } })
  expect(await refusalsOf(world)).toEqual([{ provider: 'acme', reason }])
  expect(await countLinked(world)).toEqual({ users: 1, identities: 0 })
})

test('nobody who is banned gets in, by the account’s address or by what is linked to it', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  expect(await exchangeIn(world, await comeBackAs(opened))).toMatchObject({ status: 200 })
  await world.db.update(users).set({ bannedAt: world.clock.now() })
  for (const sub of ['ada-at-acme', 'another-ada-at-acme']) {
    expect(await exchangeIn(world, await comeBackAs(opened, { sub }))).toMatchObject(refused)
  }
  expect(await refusalsOf(world)).toEqual(Array(2).fill({ provider: 'acme', reason: 'banned' }))
  expect(await countLinked(world)).toEqual({ users: 1, identities: 1 })
})

const values: [string, object, object][] = [
  ['a picture that is a script', { picture: 'javascript:alert(1)' }, { picture: null }],
  ['a picture that is data', { picture: 'data:text/html,<script>' }, { picture: null }],
  ['a name of two lines', { name: 'Ada\r\nBcc: eve@evil.example' }, { name: null }],
  ['a name that is no text', { name: { first: 'Ada' } }, { name: null }],
  ['a language that is none', { locale: '../../etc' }, { locale: null }],
  [
    'what fits',
    { name: 'Ada', locale: 'de-CH', picture: 'https://img.example/a.png' },
    { name: 'Ada', locale: 'de-CH', picture: 'https://img.example/a.png' },
  ],
]

test.each(values)('of %s a new account has what it might say itself', async (_, claims, expected) => {
  const opened = await openFederatedWorld()
  expect(await exchangeIn(opened.world, await comeBackAs(opened, claims))).toMatchObject({
    status: 200,
    body: { user: expected },
  })
})

test('log-ins that never came back, and codes that nobody fetched, are deleted when they are over', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  const count = async () => [
    (await world.db.run('select 1 from oauth_flow', [], 'arrays')).length,
    (await world.db.run('select 1 from provided_identity', [], 'arrays')).length,
  ]
  await goToProvider(world)
  await comeBackAs(opened)
  await keepHouse(world, deleteLostLogIns)
  expect(await count()).toEqual([1, 1])
  world.advance(61)
  await keepHouse(world, deleteLostLogIns)
  expect(await count()).toEqual([1, 0])
  world.advance(540)
  await keepHouse(world, deleteLostLogIns)
  expect(await count()).toEqual([0, 0])
})
