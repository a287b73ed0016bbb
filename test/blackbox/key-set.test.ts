import { expect, test } from 'bun:test'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { given } from '../given'
import { KeySet } from '../support/shapes'
import { target } from '../target'

const server = await target()

const readKeySet = async () => {
  const reply = await server.send('GET /.well-known/jwks.json')
  expect(reply.status).toBe(200)
  return { reply, ...KeySet.parse(reply.json) }
}

test('the key set may be cached for a while, and holds public keys only', async () => {
  const { reply, keys } = await readKeySet()
  expect(reply.headers.get('cache-control')).toMatch(/^public, max-age=\d{2,4}$/)
  expect(keys.length).toBeGreaterThan(0)
  for (const key of keys) {
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' })
  }
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
})

test('anyone can verify an access token with the key set, and finds the claims of RFC 9068 in it', async () => {
  const person = await given.person(server)
  const { keys } = await readKeySet()
  const keySet = createLocalJWKSet({ keys: keys.map((key) => ({ ...key, kty: key.kty ?? '' })) })
  const { payload, protectedHeader } = await jwtVerify(person.accessToken, keySet, {
    issuer: server.baseUrl,
    audience: server.baseUrl,
    typ: 'at+jwt',
    algorithms: ['EdDSA'],
  })
  expect(Object.keys(protectedHeader).sort()).toEqual(['alg', 'kid', 'typ'])
  expect(Object.keys(payload).sort()).toEqual(
    ['acr', 'amr', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'jti', 'org', 'permissions', 'roles', 'sid', 'sub'].sort(),
  )
  expect(payload).toMatchObject({ sub: person.user.id, sid: person.sessionId, amr: ['pwd'], acr: 'aal1', roles: [] })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeWithin(810, 901)
})

test('an access token tells nothing personal of its user', async () => {
  const { accessToken, email } = await given.person(server, { name: 'Ada Lovelace' })
  const payload = new TextDecoder().decode(
    Uint8Array.fromBase64(accessToken.split('.')[1] ?? '', { alphabet: 'base64url' }),
  )
  expect(payload).not.toContain(email)
  expect(payload).not.toContain('Lovelace')
})

test('each refresh gives an access token with a number of its own, and the moment of the log-in stays', async () => {
  const first = await given.person(server)
  const second = await given.refreshed(server, first.refreshToken)
  const { keys } = await readKeySet()
  const keySet = createLocalJWKSet({ keys: keys.map((key) => ({ ...key, kty: key.kty ?? '' })) })
  const [before, after] = await Promise.all([
    jwtVerify(first.accessToken, keySet),
    jwtVerify(second.accessToken, keySet),
  ])
  expect(after.payload.jti).not.toBe(before.payload.jti)
  expect(after.payload.auth_time).toBe(before.payload.auth_time)
  expect(keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(second.accessToken).kid)
})
