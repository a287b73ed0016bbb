import { expect, test } from 'bun:test'
import { exportJWK } from 'jose'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import {
  attackerKeys,
  publicKeyAsSecrets,
  putTogether,
  signAsAttacker,
  signWithSecret,
  takeApart,
} from '../support/forgery'
import { KeySet } from '../support/shapes'
import { target } from '../target'

const server = await target()
const [victim, eve] = [await given.person(server), await given.person(server)]
const parts = takeApart(eve.accessToken)
const published = KeySet.parse((await server.send('GET /.well-known/jwks.json')).json).keys

const expectRefused = async (accessToken: string) => {
  const reply = await server.send('GET /v1/me', { accessToken })
  expectProblem(reply, 401, 'invalid_access_token')
  expect(reply.headers.get('www-authenticate')).toContain('error="invalid_token"')
}

test('the token that the forgeries start from is good', async () => {
  expect(putTogether(parts)).toBe(eve.accessToken)
  expect((await server.send('GET /v1/me', eve)).status).toBe(200)
})

test('a token without a signature is refused, however it spells its algorithm', async () => {
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null]) {
    const header = { ...parts.header, alg }
    await expectRefused(putTogether({ ...parts, header, signature: '' }))
    await expectRefused(putTogether({ ...parts, header }))
  }
  await expectRefused(putTogether({ ...parts, signature: '' }))
})

test('a published key is no shared secret', async () => {
  for (const jwk of published) {
    for (const secret of await publicKeyAsSecrets(jwk)) await expectRefused(await signWithSecret(parts, secret))
  }
})

test('a token brings no key of its own along', async () => {
  const jwk = { ...(await exportJWK((await attackerKeys).publicKey)), alg: 'EdDSA', use: 'sig' }
  const { typ, kid } = parts.header
  const headers = [
    { typ, kid },
    { typ, kid, jwk },
    { typ, jwk },
    { typ, kid: JSON.stringify(jwk), jwk },
    { typ, kid, jku: 'http://127.0.0.1:1/jwks.json' },
    { typ, kid, x5u: 'http://127.0.0.1:1/chain.pem' },
    { typ, kid, x5c: ['MIIB'] },
    { typ },
  ]
  for (const header of headers) await expectRefused(await signAsAttacker(parts.payload, header))
})

test('a key id is looked up and nothing else', async () => {
  const ids = ['unknown', '', '../../etc/passwd', "' or 1=1--", '__proto__', 'x'.repeat(2000), 7, null, ['a'], { a: 1 }]
  for (const kid of ids) await expectRefused(putTogether({ ...parts, header: { ...parts.header, kid } }))
})

test('a header that was changed after signing is refused, whatever it asks for', async () => {
  const changes = [
    { typ: 'JWT' },
    { typ: undefined },
    { alg: 'ES256' },
    { alg: 'RS256' },
    { crit: ['exp'] },
    { crit: ['b64'], b64: false },
    { zip: 'DEF' },
    { cty: 'JWT' },
  ]
  for (const change of changes) await expectRefused(putTogether({ ...parts, header: { ...parts.header, ...change } }))
})

test('a claim that was changed after signing is refused', async () => {
  const changes = [
    { sub: victim.user.id },
    { sub: victim.user.id, sid: victim.sessionId },
    { exp: (parts.payload.exp ?? 0) + 3600 },
    { roles: ['admin'] },
    { iss: 'https://evil.example' },
    { aud: 'https://evil.example' },
  ]
  for (const change of changes) await expectRefused(putTogether({ ...parts, payload: { ...parts.payload, ...change } }))
})

test('the signature of one token is worthless on another', async () => {
  await expectRefused(putTogether({ ...takeApart(victim.accessToken), signature: parts.signature }))
})

test('every bit of a signature counts', async () => {
  const bytes = Uint8Array.fromBase64(parts.signature, { alphabet: 'base64url' })
  const flipped = [...bytes.keys()].map((index) => {
    const copy = bytes.slice()
    copy[index] = (copy[index] ?? 0) ^ 0x80
    return copy.toBase64({ alphabet: 'base64url', omitPadding: true })
  })
  await Promise.all(flipped.map((signature) => expectRefused(putTogether({ ...parts, signature }))))
  await expectRefused(putTogether({ ...parts, signature: 'A'.repeat(parts.signature.length) }))
})

test('a token has three parts in one spelling', async () => {
  const [header = '', payload = '', signature = ''] = eve.accessToken.split('.')
  const spellings = [
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `.${payload}.${signature}`,
    `${header}..${signature}`,
    `${eve.accessToken}.${signature}`,
    `${header}.${payload}.${payload}.${payload}.${signature}`,
    `${header}=.${payload}.${signature}`,
    `${header}.${payload}==.${signature}`,
    `${header}.${payload}.${signature}=`,
    `${header}.${payload}.${signature}%20`,
    eve.accessToken.toUpperCase(),
    `"${eve.accessToken}"`,
    '..',
    'a.b.c',
    'null',
    '[object Object]',
  ]
  for (const spelling of spellings.filter((text) => !text.includes(' '))) await expectRefused(spelling)
})

test('an Authorization header that is not one bearer token is no credential', async () => {
  const { accessToken } = eve
  const inner = `${accessToken.slice(0, 10)} ${accessToken.slice(10)}`
  const headers = [
    'Bearer',
    'Bearer ',
    `Bearer ${inner}`,
    `Bearer ${accessToken} x`,
    accessToken,
    `Token ${accessToken}`,
  ]
  for (const authorization of [...headers, `Basic ${btoa('ada:secret')}`, `Bearer ${accessToken}, Bearer x`]) {
    const reply = await server.send('GET /v1/me', { headers: { authorization } })
    expectProblem(reply, 401, 'unauthenticated')
  }
  const inQuery = await server.send(`GET /v1/me?access_token=${accessToken}`)
  expectProblem(inQuery, 401, 'unauthenticated')
})

test('the scheme of a bearer token is read in any case', async () => {
  for (const scheme of ['bearer', 'BEARER', 'Bearer']) {
    const reply = await server.send('GET /v1/me', { headers: { authorization: `${scheme} ${eve.accessToken}` } })
    expect(reply.status).toBe(200)
  }
})

test('a refresh token is no access token', async () => {
  await expectRefused(eve.refreshToken)
})
