import { expect, test } from 'bun:test'
import type { JWTPayload } from 'jose'
import { deleteLostLogIns } from '#features/federation/delete-lost-log-ins'
import type { World } from '../../platform'
import { keepHouse } from '../jobs/housekeeping'
import {
  countLinked,
  exchangeIn,
  type FederatedWorld,
  goToProvider,
  openFederatedWorld,
  refusalsOf,
} from './federated-world'
import { clientId, goodClaims, type StandInIssuer, tokenAnswer } from './stand-in-issuer'

const appId = 'postern-ios'
const nonce = 'a nonce that the app made'
const nonceHash = new Bun.CryptoHasher('sha256').update(nonce).digest('hex')

const openNativeWorld = () => openFederatedWorld({ OAUTH_ACME_NATIVE_CLIENT_IDS: `${appId}, postern-android` })

/** What a good id_token for the app says, by the clock of the world. */
const claimsFor = (world: World, more: Record<string, unknown> = {}): JWTPayload => {
  const now = world.clock.now().getTime() / 1000
  return goodClaims(nonce, { aud: appId, iat: now, exp: now + 300, ...more })
}

const bring = (world: World, idToken: string, more: object = {}) =>
  world.send('POST /v1/auth/oauth/acme/token', { json: { idToken, nonce, ...more } })

const refused = { status: 400, body: { code: 'invalid_id_token' } }

const audiences = [clientId, appId, 'postern-android']

test.each(audiences)('an id_token for the client %s logs in, once for its nonce', async (aud) => {
  const { world, acme } = await openNativeWorld()
  const idToken = await acme.sign(claimsFor(world, { aud }))
  expect(await bring(world, idToken)).toMatchObject({ status: 200, body: { user: { email: 'ada@example.com' } } })
  expect(await bring(world, idToken)).toMatchObject(refused)
  expect(await refusalsOf(world)).toEqual([{ provider: 'acme', reason: 'id_token' }])
  const sessions = await world.db.run('select amr from session', [], 'arrays')
  expect(sessions).toEqual([[['fed']]])
})

test('an id_token may have the SHA-256 of the nonce in place of it', async () => {
  const { world, acme } = await openNativeWorld()
  const idToken = await acme.sign(claimsFor(world, { nonce: nonceHash }))
  expect(await bring(world, idToken)).toMatchObject({ status: 200 })
  expect(await bring(world, idToken)).toMatchObject(refused)
})

test('an id_token with the SHA-256 of a nonce is of no use to whoever knows no more than the token', async () => {
  const { world, acme } = await openNativeWorld()
  const idToken = await acme.sign(claimsFor(world, { nonce: nonceHash }))
  expect(await bring(world, idToken)).toMatchObject({ status: 200 })
  expect(await bring(world, idToken, { nonce: nonceHash })).toMatchObject(refused)
})

type Forge = (opened: FederatedWorld) => string | Promise<string>

const encode = (part: object) =>
  new TextEncoder().encode(JSON.stringify(part)).toBase64({ alphabet: 'base64url', omitPadding: true })

const seconds = (world: World) => world.clock.now().getTime() / 1000
const withClaims =
  (more: (world: World) => Record<string, unknown>): Forge =>
  ({ world, acme }) =>
    acme.sign(claimsFor(world, more(world)))

const bad: [string, Forge][] = [
  ['for another client', withClaims(() => ({ aud: 'other' }))],
  ['for no client', withClaims(() => ({ aud: undefined }))],
  ['of another issuer', withClaims(() => ({ iss: 'https://evil.example' }))],
  ['of no issuer', withClaims(() => ({ iss: undefined }))],
  ['of another nonce', withClaims(() => ({ nonce: 'a nonce of somebody else' }))],
  ['without a nonce', withClaims(() => ({ nonce: undefined }))],
  ['without a subject', withClaims(() => ({ sub: undefined }))],
  ['without an end', withClaims(() => ({ exp: undefined }))],
  ['that ended more than a minute ago', withClaims((world) => ({ exp: seconds(world) - 61 }))],
  ['that holds in more than a minute', withClaims((world) => ({ nbf: seconds(world) + 61 }))],
  ['of alg none', ({ world }) => `${encode({ alg: 'none' })}.${encode(claimsFor(world))}.`],
  ['that is no token', () => 'a.b.c'],
]

test.each(bad)('an id_token %s is refused, recorded, and links nothing', async (_, forge) => {
  const opened = await openNativeWorld()
  const { world } = opened
  expect(await bring(world, await forge(opened))).toMatchObject(refused)
  expect(await refusalsOf(world)).toEqual([{ provider: 'acme', reason: 'id_token' }])
  expect(await countLinked(world)).toEqual({ users: 0, identities: 0 })
})

test('an id_token for several clients, whose authorized party is none of ours, is refused', async () => {
  const { world, acme } = await openNativeWorld()
  const idToken = await acme.sign(claimsFor(world, { aud: ['other', appId], azp: 'other' }))
  expect(await bring(world, idToken)).toMatchObject(refused)
})

test('an id_token that lives for days works once all the same', async () => {
  const { world, acme } = await openNativeWorld()
  const idToken = await acme.sign(claimsFor(world, { exp: seconds(world) + 10 * 86_400 }))
  await bring(world, idToken)
  world.advance(2 * 86_400)
  await keepHouse(world, deleteLostLogIns)
  expect(await bring(world, idToken)).toMatchObject(refused)
})

test('a provider that does not answer is told apart from a token that is no good', async () => {
  const { world, acme } = await openNativeWorld()
  const idToken = await acme.sign(claimsFor(world))
  const { '/jwks': keys } = acme.answers
  acme.answers['/jwks'] = () => Promise.reject(new Error('No answer in time.'))
  expect(await bring(world, idToken)).toMatchObject({ status: 503, body: { code: 'provider_unavailable' } })
  Object.assign(acme.answers, { '/jwks': keys })
  expect(await bring(world, idToken)).toMatchObject({ status: 200 })
})

test('a provider that signs nothing takes no id_tokens, one that is not configured is not there', async () => {
  const { world, acme } = await openFederatedWorld({ OAUTH_GITHUB_CLIENT_ID: 'x', OAUTH_GITHUB_CLIENT_SECRET: 'y' })
  const json = { idToken: await acme.sign(claimsFor(world)), nonce }
  expect(await world.send('POST /v1/auth/oauth/github/token', { json })).toMatchObject(refused)
  expect(await world.send('POST /v1/auth/oauth/google/token', { json })).toMatchObject({ status: 404 })
  expect(acme.calls).toEqual([])
})

const logInByCode = async (world: World, acme: StandInIssuer) => {
  const flow = await goToProvider(world)
  acme.answers['/token'] = async () =>
    tokenAnswer(await acme.sign(goodClaims(flow.nonce)), { refresh_token: 'a refresh token of the provider' })
  expect(await exchangeIn(world, (await flow.comeBack()).returned())).toMatchObject({ status: 200 })
}

test('a log-in by an app leaves the tokens that the provider gave for the account before', async () => {
  const { world, acme } = await openNativeWorld()
  await logInByCode(world, acme)
  const before = await world.db.run('select sealed_tokens, is_refreshable from identity', [], 'arrays')
  expect(await bring(world, await acme.sign(claimsFor(world)))).toMatchObject({ status: 200 })
  expect(await world.db.run('select sealed_tokens, is_refreshable from identity', [], 'arrays')).toEqual(before)
})
