import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { listMails, waitForMail } from '../support/mailbox'
import { Registered, SessionPage } from '../support/shapes'
import { visible } from '../support/visible'
import { target } from '../target'

const server = await target()
const open = await target({ EMAIL_VERIFICATION: 'optional' })

test('an address that is taken gets the same answer as a new one, and its owner a mail', async () => {
  const owner = await given.provedAccount(server)
  const attempt = (email: string) =>
    server.send('POST /v1/auth/register', { json: { email, password: freshPassword(), name: 'Eve' } })
  const [taken, fresh] = [await attempt(owner.email), await attempt(freshEmail())]
  expect(taken.status).toBe(202)
  expect(visible(taken)).toEqual(visible(fresh))

  await waitForMail(server, owner.email, 'already-registered')
  const mails = await listMails(server, owner.email)
  expect(mails.map(({ template }) => template)).toEqual(['already-registered', 'verify-email'])
  expect(JSON.stringify(mails[0])).not.toContain('Eve')
  expect((await given.session(server, owner)).user.name).toBeNull()
})

test('registering a proved address again changes neither its password nor its profile', async () => {
  const owner = await given.provedAccount(server, { name: 'Ada' })
  const intruder = { email: owner.email.toUpperCase(), password: freshPassword(), name: 'Eve', locale: 'en' }
  expect((await server.send('POST /v1/auth/register', { json: intruder })).status).toBe(202)
  const { email, password } = intruder
  expectProblem(await server.send('POST /v1/auth/login', { json: { email, password } }), 401, 'invalid_credentials')
  expect((await given.session(server, owner)).user).toMatchObject({ name: 'Ada', locale: null })
})

test('registering an address again that nobody proved mails a new link, and the first link is void', async () => {
  const { email, password } = await given.account(server)
  const first = await given.verificationToken(server, email)
  expect((await server.send('POST /v1/auth/register', { json: { email, password } })).status).toBe(202)
  await waitForMail(server, email, 'verify-email', 2)
  const second = await given.verificationToken(server, email)
  const verify = (token: string) => server.send('POST /v1/auth/email/verify', { json: { token } })
  expectProblem(await verify(first), 400, 'invalid_email_token')
  expect((await verify(second)).status).toBe(200)
})

test('who registers an address before its owner does has no way in once the owner proves it', async () => {
  const stranger = await given.account(server)
  await waitForMail(server, stranger.email, 'verify-email')
  const owner = { email: stranger.email, password: freshPassword() }
  expect((await server.send('POST /v1/auth/register', { json: owner })).status).toBe(202)
  await waitForMail(server, owner.email, 'verify-email', 2)
  const token = await given.verificationToken(server, owner.email)
  expect((await server.send('POST /v1/auth/email/verify', { json: { token } })).status).toBe(200)
  expectProblem(await server.send('POST /v1/auth/login', { json: { ...stranger } }), 401, 'invalid_credentials')
})

test('where no proof is needed, a taken address is a conflict however it is spelled, and stays its owner’s', async () => {
  const owner = await given.newcomer(open)
  for (const email of [owner.email, owner.email.toUpperCase(), `  ${owner.email} `]) {
    const reply = await open.send('POST /v1/auth/register', { json: { email, password: freshPassword() } })
    expectProblem(reply, 409, 'email_taken')
  }
  const again = await given.session(open, owner)
  expect(again.user).toEqual(owner.user)
  const sessions = await open.send('GET /v1/sessions', { accessToken: again.accessToken })
  expect(SessionPage.parse(sessions.json).items).toHaveLength(2)
})

const optionalFields: [string, Record<string, unknown>, Record<string, string>][] = [
  ['a blank name', { name: '   ' }, { '/name': 'too_small' }],
  ['a name of 101 characters', { name: 'n'.repeat(101) }, { '/name': 'too_big' }],
  ['a locale that is no language tag', { locale: 'not a locale' }, { '/locale': 'invalid_locale' }],
  ['a locale in another spelling than its canonical one', { locale: 'en-us' }, { '/locale': 'invalid_locale' }],
  ['a field nobody knows', { nickname: 'ada' }, { '/nickname': 'unrecognized_keys' }],
  ['a role', { role: 'admin' }, { '/role': 'unrecognized_keys' }],
  ['a proof it claims itself', { emailVerified: true }, { '/emailVerified': 'unrecognized_keys' }],
  ['an id', { id: crypto.randomUUID() }, { '/id': 'unrecognized_keys' }],
]

test.each(optionalFields)('a registration with %s is refused as a whole', async (_, fields, faults) => {
  const [email, password] = [freshEmail(), freshPassword()]
  expectFaults(await open.send('POST /v1/auth/register', { json: { email, password, ...fields } }), faults)
  expect((await open.send('POST /v1/auth/register', { json: { email, password } })).status).toBe(201)
})

test('each faulty field is named by its pointer, all of them in one answer', async () => {
  const json = { email: 'nobody', name: '', locale: '?', admin: true }
  expectFaults(await open.send('POST /v1/auth/register', { json }), {
    '/email': 'invalid_email',
    '/password': 'invalid_type',
    '/name': 'too_small',
    '/locale': 'invalid_locale',
    '/admin': 'unrecognized_keys',
  })
})

test('a name is kept without the blanks around it', async () => {
  const json = { email: freshEmail(), password: freshPassword(), name: '  Ada Lovelace ' }
  const reply = await open.send('POST /v1/auth/register', { json })
  expect(Registered.parse(reply.json).user.name).toBe('Ada Lovelace')
})
