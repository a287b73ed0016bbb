import { expect, test } from 'bun:test'
import { auditEvents } from '#db/schema/audit'
import { termsAcceptances, users } from '#db/schema/profiles'
import { openWorld, type TestSettings, type World } from '../../platform'
import { everything, startColliding } from '../audit/colliding'
import { ada, logIn, mailedToken, registerAndLogIn } from '../people'

const settings: TestSettings = {
  TERMS_VERSION: '2026-11',
  TERMS_URL: 'https://example.com/terms',
  PRIVACY_VERSION: '7',
  PRIVACY_URL: 'https://example.com/privacy?lang=en#top',
}
const acceptedTerms = { terms: '2026-11', privacy: '7' }
const documents = [
  { document: 'terms', version: '2026-11', url: 'https://example.com/terms' },
  { document: 'privacy', version: '7', url: 'https://example.com/privacy?lang=en#top' },
]

const register = (world: World, more: object = {}) =>
  world.send('POST /v1/auth/register', { json: { ...ada, acceptedTerms, ...more } })

/** A reset is followed by a notice, which has no token. */
const tokenMailed = (world: World): string => world.outbox.findLast(({ data }) => data.token)?.data.token ?? ''

const acceptances = async (world: World) =>
  (await world.db.select().from(termsAcceptances)).map(({ document, version }) => `${document} ${version}`).toSorted()

const ownTerms = async (world: World, token: string) =>
  Object((await world.send('GET /v1/me/terms', { token })).body).items

test('what there is to accept is told to everybody without a statement, and is nothing unless it is set', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  const start = world.statements.length
  expect((await world.send('GET /v1/terms')).body).toEqual({ items: [] })
  expect((await world.startAnother(settings).send('GET /v1/terms')).body).toEqual({ items: documents })
  expect(world.statements).toHaveLength(start)
  expect(await ownTerms(world, token)).toEqual([])
})

test.each(['optional', 'required'] as const)(
  'with EMAIL_VERIFICATION=%s a registration accepts the current versions, or is none',
  async (mode) => {
    const world = await openWorld({ ...settings, EMAIL_VERIFICATION: mode })
    const cases: [object | undefined, string[]][] = [
      [undefined, ['/acceptedTerms/terms', '/acceptedTerms/privacy']],
      [{}, ['/acceptedTerms/terms', '/acceptedTerms/privacy']],
      [{ terms: '2026-11' }, ['/acceptedTerms/privacy']],
      [{ ...acceptedTerms, terms: '2025-01' }, ['/acceptedTerms/terms']],
    ]
    for (const [given, pointers] of cases) {
      const { status, body } = await register(world, { acceptedTerms: given })
      expect([status, Object(body).code]).toEqual([422, 'terms_not_accepted'])
      const errors: { pointer: string }[] = Object(body).errors
      expect(errors.map(({ pointer }) => pointer)).toEqual(pointers)
    }
    expect(await register(world, { acceptedTerms: { ...acceptedTerms, cookies: '1' } })).toMatchObject({
      body: { errors: [{ pointer: '/acceptedTerms/cookies' }] },
    })
    expect(await world.db.select().from(users)).toEqual([])
    const before = world.statements.length
    expect((await register(world)).status).toBe(mode === 'optional' ? 201 : 202)
    expect(world.statements.slice(before).filter((text) => text.includes('terms_acceptance'))).toHaveLength(1)
    expect(await acceptances(world)).toEqual(['privacy 7', 'terms 2026-11'])
  },
)

test('a repeated registration is answered as the first, and counts for who has not proved the address', async () => {
  const world = await openWorld({ ...settings, EMAIL_VERIFICATION: 'required' })
  const first = await register(world)
  await world.settle()
  const later = world.startAnother({ TERMS_VERSION: '2026-12' })
  world.advance(60)
  expect((await register(later)).body).toMatchObject({ code: 'terms_not_accepted' })
  const second = await register(later, { acceptedTerms: { ...acceptedTerms, terms: '2026-12' } })
  expect([second.status, second.body]).toEqual([first.status, first.body])
  await world.settle()
  expect(await acceptances(world)).toEqual(['privacy 7', 'terms 2026-11', 'terms 2026-12'])
  await later.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) } })
  world.advance(60)
  const newest = later.startAnother({ TERMS_VERSION: '2027-01' })
  const third = await register(newest, { acceptedTerms: { ...acceptedTerms, terms: '2027-01' } })
  expect([third.status, third.body]).toEqual([first.status, first.body])
  expect(await acceptances(world)).not.toContain('terms 2027-01')
})

test('who proves the address by another way than the registration’s link did perhaps not accept anything', async () => {
  const world = await openWorld({ ...settings, EMAIL_VERIFICATION: 'required' })
  await register(world)
  await world.settle()
  await world.send('POST /v1/auth/email-link', { json: { email: ada.email } })
  await world.settle()
  const link = await world.send('POST /v1/auth/email-link/consume', { json: { token: mailedToken(world) } })
  expect(link.status).toBe(200)
  expect(await acceptances(world)).toEqual([])
  const items = await ownTerms(world, Object(link.body).accessToken)
  expect(items).toEqual(
    documents.map((current) => ({ ...current, acceptedVersion: null, acceptedAt: null, isCurrent: false })),
  )
})

test('a reset that proves the address forgets them too, and one of a proved address does not', async () => {
  const world = await openWorld({ ...settings, EMAIL_VERIFICATION: 'required' })
  await register(world)
  await world.settle()
  const reset = async () => {
    await world.send('POST /v1/auth/password/forgot', { json: { email: ada.email } })
    await world.settle()
    const json = { token: tokenMailed(world), newPassword: ada.password }
    expect((await world.send('POST /v1/auth/password/reset', { json })).status).toBe(204)
  }
  await reset()
  expect(await acceptances(world)).toEqual([])
  const { accessToken: token } = await logIn(world)
  await world.send('POST /v1/me/terms', { token, json: { document: 'privacy', version: '7' } })
  world.advance(1000)
  await reset()
  expect(await acceptances(world)).toEqual(['privacy 7'])
})

test('whoever proves an address after the terms changed is told that they are to be accepted', async () => {
  const world = await openWorld({ ...settings, EMAIL_VERIFICATION: 'required' })
  await register(world)
  await world.settle()
  const later = world.startAnother({ TERMS_VERSION: '2026-12' })
  expect(await later.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) } })).toMatchObject({
    status: 200,
    body: { activation: { isFullyActivated: false, canLogin: true, pendingTasks: ['terms_acceptance'] } },
  })
})

test('a change of versions is accepted once, by name, in the current version alone, and recorded', async () => {
  const world = await openWorld(settings)
  const { tokens } = Object((await register(world)).body)
  const token: string = tokens.accessToken
  const acceptedAt = world.clock.now().toISOString()
  world.advance(60)
  const later = world.startAnother({ PRIVACY_VERSION: '8' })
  const [terms, privacy] = documents
  const before = [
    { ...terms, acceptedVersion: '2026-11', acceptedAt, isCurrent: true },
    { ...privacy, version: '8', acceptedVersion: '7', acceptedAt, isCurrent: false },
  ]
  expect(await ownTerms(later, token)).toEqual(before)
  for (const [document, version] of [
    ['privacy', '7'],
    ['privacy', ''],
    ['terms', '8'],
  ]) {
    expect(await later.send('POST /v1/me/terms', { token, json: { document, version } })).toMatchObject({
      status: 409,
      body: { code: 'terms_changed' },
    })
  }
  for (const json of [{}, { document: 'cookies', version: '8' }, { document: 'privacy', version: '8', userId: 'x' }]) {
    expect((await later.send('POST /v1/me/terms', { token, json })).status).toBe(422)
  }
  expect(await ownTerms(later, token)).toEqual(before)
  const now = world.clock.now().toISOString()
  for (const _ of [1, 2]) {
    const json = { document: 'privacy', version: '8' }
    // An instance that was idle for ten seconds asks first whether its keys still count.
    await ownTerms(later, token)
    const start = world.statements.length
    expect((await later.send('POST /v1/me/terms', { token, json })).status).toBe(204)
    expect(world.statements).toHaveLength(start + 1)
    world.advance(60)
  }
  expect((await ownTerms(later, token))[1]).toMatchObject({ acceptedVersion: '8', acceptedAt: now, isCurrent: true })
  // Back to the version before, which was accepted as well.
  expect((await ownTerms(world, token))[1]).toMatchObject({ acceptedVersion: '7', isCurrent: true })
  const events = (await world.db.select().from(auditEvents)).filter(({ type }) => type === 'terms.accepted')
  expect(events.map(({ data }) => data)).toEqual([{ document: 'privacy', version: '8' }])
})

test('an acceptance that can’t be recorded is none', async () => {
  const world = await openWorld(settings)
  const { tokens } = Object((await register(world)).body)
  await world.settle()
  const { colliding } = await startColliding(world)
  const later = colliding.startAnother({ TERMS_VERSION: '2026-12' }, { ids: colliding.platform.ids })
  const json = { document: 'terms', version: '2026-12' }
  const before = await everything(world)
  expect((await later.send('POST /v1/me/terms', { token: tokens.accessToken, json })).status).toBe(500)
  expect(await everything(world)).toEqual(before)
})

test('without a session that lives nothing is read or accepted', async () => {
  const world = await openWorld(settings)
  const { tokens } = Object((await register(world)).body)
  const token: string = tokens.accessToken
  await world.send('POST /v1/auth/logout', { token })
  const json = { document: 'terms', version: '2026-11' }
  for (const call of [{ token }, {}]) {
    expect((await world.send('GET /v1/me/terms', call)).status).toBe(401)
    expect((await world.send('POST /v1/me/terms', { ...call, json })).status).toBe(401)
  }
})
