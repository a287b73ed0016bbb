import { expect, test } from 'bun:test'
import { createBoundPasskeyVerifier } from '#platform/passkey-binding'
import { answerPasskey } from '#platform/passkey-endpoint'
import { createPasskeyVerifier } from '#platform/passkey-verifier'
import type { TestSettings } from '../../platform'
import {
  askToLogIn,
  askToRegister,
  type BoundPasskey,
  bindPasskey,
  ceremoniesOf,
  type Door,
  listPasskeys,
  logInByPasskey,
  register,
  tokensIn,
} from '../../support/passkey-ceremonies'
import { newPasskey } from '../../support/passkeys'
import { ban } from '../accounts/mailed'
import { eventsOf } from '../audit/events'
import { ada } from '../people'
import { openProvedWorld } from './second-factors'
import { toDoor } from './world-door'

/** Ada has a passkey. */
const openPasskeyWorld = async (settings: TestSettings = {}) => {
  const { world, session } = await openProvedWorld(settings)
  const door = toDoor(world)
  return { world, door, session, bound: await bindPasskey(door, session, { name: 'Difference engine' }) }
}

const pathOf = ({ passkey }: BoundPasskey) => `/v1/me/passkeys/${passkey.id}`

const unavailable = { status: 503, json: { code: 'passkey_check_unavailable' } }

test('where second factors are off nobody gets a new passkey, and those that there are log in', async () => {
  const { world, door, session, bound } = await openPasskeyWorld()
  const options = await askToRegister(door, session)
  const off = toDoor(world.startAnother({ MFA_POLICY: 'off' }))
  const refused = { status: 403, json: { code: 'second_factors_off' } }
  const { accessToken } = session
  expect(await off.send('POST /v1/me/passkeys/options', { accessToken })).toMatchObject(refused)
  const response = await (await newPasskey({ origin: door.baseUrl })).attest(options)
  expect(await register(off, session, { response })).toMatchObject(refused)
  tokensIn(await logInByPasskey(off, bound))
  expect((await off.send(`DELETE ${pathOf(bound)}`, { accessToken })).status).toBe(204)
})

test('the last second factor of who must have one stays, though there is a password', async () => {
  const { world, door, session, bound } = await openPasskeyWorld()
  const strict = toDoor(world.startAnother({ MFA_POLICY: 'required' }))
  const { accessToken } = session
  const refused = { status: 409, json: { code: 'second_factor_required' } }
  expect(await strict.send(`DELETE ${pathOf(bound)}`, { accessToken })).toMatchObject(refused)
  const other = await bindPasskey(door, session)
  expect((await strict.send(`DELETE ${pathOf(bound)}`, { accessToken })).status).toBe(204)
  expect((await listPasskeys(strict, session)).map(({ id }) => id)).toEqual([other.passkey.id])
})

test('who was banned is let in by no passkey', async () => {
  const { world, door, session, bound } = await openPasskeyWorld()
  const { begin } = ceremoniesOf(door, ada, session)['log-in']
  const begun = await begin()
  await ban(world)
  const refused = { status: 400, json: { code: 'invalid_passkey' } }
  expect(await begun.finish(await bound.authenticator.assert(begun.options))).toMatchObject(refused)
  expect(await logInByPasskey(door, bound)).toMatchObject(refused)
})

test('what becomes of passkeys is recorded without their names', async () => {
  const { world, door, session, bound } = await openPasskeyWorld()
  const { accessToken } = session
  const recorded = async (work: () => Promise<unknown>) =>
    (await eventsOf(world, work)).map(({ type, userId, data }) => ({ type, isAdas: userId === session.user.id, data }))
  const kind = 'passkey'
  expect(await recorded(() => bindPasskey(door, session, { name: 'Loom' }))).toEqual([
    { type: 'authenticator.bound', isAdas: true, data: { kind } },
  ])
  expect(
    await recorded(() => door.send(`PATCH ${pathOf(bound)}`, { accessToken, json: { name: 'Orchestrion' } })),
  ).toEqual([{ type: 'authenticator.renamed', isAdas: true, data: { kind } }])
  expect(await recorded(() => logInByPasskey(door, bound))).toEqual([
    { type: 'login.succeeded', isAdas: true, data: { method: 'passkey' } },
    { type: 'second_factor.succeeded', isAdas: true, data: { method: 'passkey' } },
  ])
  expect(await recorded(() => logInByPasskey(door, bound, { isVerified: false }))).toEqual([
    { type: 'login.failed', isAdas: false, data: { reason: 'passkey' } },
  ])
  expect(await recorded(() => door.send(`DELETE ${pathOf(bound)}`, { accessToken }))).toEqual([
    { type: 'authenticator.removed', isAdas: true, data: { kind } },
  ])
})

const bind = (answer: (request: Request) => Promise<Response>) =>
  createBoundPasskeyVerifier({ fetch: (url, init) => answer(new Request(url, init)) })

test('a Worker that checks passkeys for the other gives what it found itself', async () => {
  const { world, door, session } = await openPasskeyWorld()
  const bound = toDoor(
    world.startAnother({}, { passkeys: bind((request) => answerPasskey(createPasskeyVerifier(), request)) }),
  )
  const made = await bindPasskey(bound, session, { isSynced: true })
  tokensIn(await logInByPasskey(bound, made))
  expect((await logInByPasskey(bound, made, { isPresent: false })).json).toMatchObject({ code: 'invalid_passkey' })
  tokensIn(await logInByPasskey(door, made))
})

test.each<[string, () => Promise<Response>]>([
  ['does not answer', () => Promise.reject(new Error('No such Worker.'))],
  ['answers nonsense', async () => new Response('<h1>Oops</h1>')],
  ['answers something else', async () => Response.json({ verified: true })],
  ['answers with nothing', async () => Response.json(null)],
])('when the Worker that checks %s, nobody is let in and nothing is bound', async (_, answer) => {
  const { world, door, session, bound } = await openPasskeyWorld()
  const lame: Door = toDoor(world.startAnother({}, { passkeys: bind(answer) }))
  const attempts = [
    async () => logInByPasskey(lame, bound),
    async () => {
      const response = await (await newPasskey({ origin: door.baseUrl })).attest(await askToRegister(lame, session))
      return register(lame, session, { response })
    },
  ]
  for (const attempt of attempts) {
    const reply = await attempt()
    expect(reply).toMatchObject(unavailable)
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  expect(await listPasskeys(door, session)).toEqual([bound.passkey])
  expect((await askToLogIn(lame)).rpId).toBe('id.example.com')
})
