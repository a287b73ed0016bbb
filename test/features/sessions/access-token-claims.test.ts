import { beforeAll, expect, test } from 'bun:test'
import type { TokenSet } from '#features/sessions/contract'
import { openWorld, type World } from '../../platform'
import { registerAndLogIn } from '../people'
import { currentKey, decodeToken, type Json, signToken } from './forge'

let world: World
let tokens: TokenSet

beforeAll(async () => {
  world = await openWorld()
  tokens = await registerAndLogIn(world)
  world.advance(60)
})

const seconds = () => Math.floor(world.clock.now().getTime() / 1000)

/** Signed by our own key: only the claims differ from a token of ours; an undefined one is left out. */
const present = async (changes: Json, headerChanges: Json = {}) => {
  const { header, claims } = decodeToken(tokens.accessToken)
  const token = await signToken(await currentKey(world), { ...header, ...headerChanges }, { ...claims, ...changes })
  return world.send('GET /v1/me', { token })
}

const refused = { status: 401, body: { code: 'invalid_access_token' } }

test('a token that is signed again with the same claims is accepted: the tests here forge nothing but claims', async () => {
  expect((await present({})).status).toBe(200)
})

test('an access token names its issuer, audience, subject, session and how the user authenticated', () => {
  const issuedAt = seconds() - 60
  expect(decodeToken(tokens.accessToken)).toEqual({
    header: { alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) },
    claims: {
      iss: 'https://id.example.com',
      aud: 'https://id.example.com',
      sub: tokens.user.id,
      sid: tokens.sessionId,
      jti: `${tokens.sessionId}.0`,
      iat: issuedAt,
      exp: issuedAt + 900,
      auth_time: issuedAt,
      amr: ['pwd'],
      acr: 'aal1',
      roles: [],
      permissions: [],
      org: null,
    },
  })
})

const wrongClaims: Record<string, () => Json> = {
  'for another audience': () => ({ aud: 'https://api.example.com' }),
  'for a list of other audiences': () => ({ aud: ['https://api.example.com', 'https://www.example.com'] }),
  'for an audience that only begins with ours': () => ({ aud: 'https://id.example.com.evil.example' }),
  'for nobody': () => ({ aud: undefined }),
  'of another issuer': () => ({ iss: 'https://evil.example' }),
  'of our issuer with a slash behind it': () => ({ iss: 'https://id.example.com/' }),
  'of no issuer': () => ({ iss: undefined }),
  'that expired a second ago': () => ({ exp: seconds() - 1 }),
  'that expires right now': () => ({ exp: seconds() }),
  'whose expiry is a text': () => ({ exp: String(seconds() + 600) }),
  'whose expiry is a fraction': () => ({ exp: seconds() + 600.5 }),
  'whose expiry is null': () => ({ exp: null }),
  'that never expires': () => ({ exp: undefined }),
  'that was issued six seconds from now': () => ({ iat: seconds() + 6 }),
  'whose time of issue is a text': () => ({ iat: String(seconds()) }),
  'without a time of issue': () => ({ iat: undefined }),
  'that is not valid yet': () => ({ nbf: seconds() + 1 }),
  'whose beginning is a text': () => ({ nbf: String(seconds() - 60) }),
  'without a subject': () => ({ sub: undefined }),
  'whose subject is no id': () => ({ sub: 'ada@example.com' }),
  'whose subject is a number': () => ({ sub: 1 }),
  'without a session': () => ({ sid: undefined }),
  'whose session is no id': () => ({ sid: "' or true --" }),
  'without an id of its own': () => ({ jti: undefined }),
  'whose id is a number': () => ({ jti: 7 }),
  'without a time of authentication': () => ({ auth_time: undefined }),
  'whose time of authentication is a text': () => ({ auth_time: String(seconds()) }),
}

for (const [fault, claims] of Object.entries(wrongClaims)) {
  test(`a token ${fault} is refused, though our key signed it`, async () => {
    expect(await present(claims())).toMatchObject(refused)
  })
}

for (const typ of ['JWT', 'jwt', 'at+JWT', 'application/at+jwt', 'id+jwt', 'logout+jwt', '', null, undefined]) {
  test(`a token whose type is ${JSON.stringify(typ)} is refused, though our key signed it`, async () => {
    expect(await present({}, { typ })).toMatchObject(refused)
  })
}

test('the clock of the instance that signed may be five seconds ahead', async () => {
  expect((await present({ iat: seconds() + 5 })).status).toBe(200)
})

test('a token whose session is of another person is no way into either account', async () => {
  expect(await present({ sub: world.platform.ids.next() })).toMatchObject({
    status: 401,
    body: { code: 'session_revoked' },
  })
})

test('a token lives 900 seconds to the second', async () => {
  const fresh = await openWorld()
  const { accessToken, expiresIn } = await registerAndLogIn(fresh)
  expect(expiresIn).toBe(900)
  fresh.advance(899)
  expect((await fresh.send('GET /v1/me', { token: accessToken })).status).toBe(200)
  fresh.advance(1)
  expect(await fresh.send('GET /v1/me', { token: accessToken })).toMatchObject(refused)
})
