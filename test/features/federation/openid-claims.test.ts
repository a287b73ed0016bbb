import { expect, test } from 'bun:test'
import { countLinked, exchangeIn, goToProvider, openFederatedWorld, refusalsOf } from './federated-world'
import { goodClaims, issuer, tokenAnswer } from './stand-in-issuer'

/** A log-in at a provider that says some things in the id_token and others where it is asked for them. */
const logInWith = async (inToken: Record<string, unknown>, userInfo?: Record<string, unknown>) => {
  const { world, acme } = await openFederatedWorld()
  if (userInfo) acme.metadata.userinfo_endpoint = `${issuer}/userinfo`
  acme.answers['/userinfo'] = ({ headers }) =>
    headers.get('authorization') === 'Bearer the access token of the provider'
      ? Response.json(userInfo)
      : Response.json({ error: 'invalid_token' }, { status: 401 })
  const flow = await goToProvider(world)
  acme.answers['/token'] = async () => tokenAnswer(await acme.sign(goodClaims(flow.nonce, inToken)))
  const came = await flow.comeBack()
  const answer = came.error === null ? await exchangeIn(world, came.returned()) : undefined
  return { world, acme, error: came.error, answer }
}

const sub = 'ada-at-acme'
const silent = { email: undefined, email_verified: undefined }

test('what the id_token leaves out is asked for where the provider tells it', async () => {
  const told = { sub, email: 'ada@example.com', email_verified: true, name: 'Ada' }
  const { answer } = await logInWith(silent, told)
  expect(answer).toMatchObject({ status: 200, body: { user: { email: 'ada@example.com', name: 'Ada' } } })
})

test('who is asked tells of the person in the id_token, or nobody gets in', async () => {
  const told = { sub: 'eve-at-acme', email: 'ada@example.com', email_verified: true }
  for (const answer of [told, { ...told, sub: undefined }]) {
    const { world, error } = await logInWith(silent, answer)
    expect(error).toBe('provider_failed')
    expect(await countLinked(world)).toEqual({ users: 0, identities: 0 })
  }
})

test('an address and the word that it is verified come from one place', async () => {
  const told = { sub, email: 'ada@example.com', email_verified: false }
  const { answer } = await logInWith({ email: undefined, email_verified: true }, told)
  expect(answer).toMatchObject({ status: 403, body: { code: 'identity_unproved' } })
})

test('a provider that tells nothing more is asked for nothing more', async () => {
  const { acme, answer } = await logInWith(silent)
  expect(answer).toMatchObject({ status: 403 })
  expect(acme.calls.map(({ url }) => url.pathname)).not.toContain('/userinfo')
})

const odd: [string, Record<string, unknown>][] = [
  ['longer than the standard allows', { sub: 'a'.repeat(256) }],
  ['empty', { sub: '' }],
]

test.each(odd)('a subject that is %s is refused, and not for the provider’s being away', async (_, claims) => {
  const { world, error } = await logInWith(claims)
  expect(error).toBe('provider_failed')
  const reasons = (await refusalsOf(world)).map((data) => Object(data).reason)
  expect(reasons).toHaveLength(1)
  expect(reasons).not.toContain('unavailable')
})

const unproved: [string, Record<string, unknown>][] = [
  ['a list', { email: ['ada@example.com'] }],
  ['a number', { email: 42 }],
  ['two lines', { email: 'ada@example.com\r\nbcc: eve@evil.example' }],
  ['two addresses', { email: 'ada@example.com,eve@evil.example' }],
  ['endless', { email: `${'a'.repeat(300)}@example.com` }],
]

test.each(unproved)('an address that is %s is none', async (_, claims) => {
  const { world, answer } = await logInWith(claims)
  expect(answer).toMatchObject({ status: 403, body: { code: 'identity_unproved' } })
  expect(await countLinked(world)).toEqual({ users: 0, identities: 0 })
})
