import { expect, test } from 'bun:test'
import { decodeProtectedHeader } from 'jose'
import { rotateSigningKey } from '#features/sessions/rotate-signing-key'
import { openWorld } from '../../platform'
import { logIn, refresh, registerAndLogIn } from '../people'
import { currentKey, decodeToken, signToken } from './forge'

const operator = { kind: 'system', job: 'rotate' } as const
const refused = { status: 401, body: { code: 'invalid_access_token' } }

test('ES256 signs tokens that are accepted, and its key set shows a P-256 key', async () => {
  const world = await openWorld({ SIGNING_ALGORITHM: 'ES256' })
  const tokens = await registerAndLogIn(world)
  expect(decodeProtectedHeader(tokens.accessToken).alg).toBe('ES256')
  expect((await world.send('GET /v1/me', { token: tokens.accessToken })).status).toBe(200)
  expect((await refresh(world, tokens)).refreshToken).not.toBe(tokens.refreshToken)
  expect((await world.send('GET /.well-known/jwks.json')).body).toEqual({
    keys: [
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        kid: decodeProtectedHeader(tokens.accessToken).kid,
        alg: 'ES256',
        use: 'sig',
      },
    ],
  })
})

test('the just-replaced token gives the same successor under ES256 too: one refresh token, one set of claims', async () => {
  const world = await openWorld({ SIGNING_ALGORITHM: 'ES256' })
  const first = await registerAndLogIn(world)
  const second = await refresh(world, first)
  expect((await refresh(world, first)).refreshToken).toBe(second.refreshToken)
  const again = decodeToken((await refresh(world, first)).accessToken)
  expect(again).toEqual(decodeToken(second.accessToken))
})

test('a change of algorithm is for new keys: tokens of the old one stay valid beside those of the new', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const changed = world.startAnother({ SIGNING_ALGORITHM: 'ES256' })
  await rotateSigningKey(changed.contextOf(operator))
  world.advance(899)
  const edwards = await logIn(changed)
  world.advance(1)
  const elliptic = await logIn(changed)
  expect(decodeProtectedHeader(edwards.accessToken).alg).toBe('EdDSA')
  expect(decodeProtectedHeader(elliptic.accessToken).alg).toBe('ES256')
  for (const { accessToken } of [edwards, elliptic]) {
    expect((await changed.send('GET /v1/me', { token: accessToken })).status).toBe(200)
  }
})

test('a key is good for its own algorithm only: the id of an ES256 key under EdDSA, and the other way, are refused', async () => {
  const world = await openWorld()
  const tokens = await registerAndLogIn(world)
  const edwards = await currentKey(world)
  const changed = world.startAnother({ SIGNING_ALGORITHM: 'ES256' })
  await rotateSigningKey(changed.contextOf(operator))
  world.advance(900)
  const elliptic = await currentKey(changed)
  expect(elliptic.algorithm).toBe('ES256')
  const { header, claims } = decodeToken((await refresh(changed, tokens)).accessToken)
  const forgeries = [
    await signToken(edwards, { ...header, alg: 'EdDSA', kid: elliptic.keyId }, claims),
    await signToken(elliptic, { ...header, alg: 'EdDSA', kid: elliptic.keyId }, claims),
    await signToken(elliptic, { ...header, alg: 'ES256', kid: edwards.keyId }, claims),
    await signToken(elliptic, { ...header, alg: 'EdDSA', kid: edwards.keyId }, claims),
  ]
  for (const token of forgeries) expect(await changed.send('GET /v1/me', { token })).toMatchObject(refused)
  const control = await signToken(elliptic, { ...header, alg: 'ES256', kid: elliptic.keyId }, claims)
  expect((await changed.send('GET /v1/me', { token: control })).status).toBe(200)
})
