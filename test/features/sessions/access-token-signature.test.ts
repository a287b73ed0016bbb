import { beforeAll, expect, test } from 'bun:test'
import { exportJWK, generateKeyPair } from 'jose'
import { toBase64Url } from '#core/secrets'
import { verifyAccessToken } from '#features/sessions/access-token'
import type { SigningKey } from '#features/sessions/stored-signing-keys'
import { openWorld, type World } from '../../platform'
import { registerAndLogIn } from '../people'
import { currentKey, decodeToken, encodeJson, type Json, publicBytesOf, signToken, signWithPublicBytes } from './forge'

let world: World
let token: string
let key: SigningKey
let header: Json
let claims: Json

beforeAll(async () => {
  world = await openWorld()
  token = (await registerAndLogIn(world)).accessToken
  key = await currentKey(world)
  ;({ header, claims } = decodeToken(token))
})

const refused = { status: 401, body: { code: 'invalid_access_token' } }

const expectRefused = async (forged: string) =>
  expect(await world.send('GET /v1/me', { token: forged })).toMatchObject(refused)

const createStranger = async () => {
  const pair = await generateKeyPair('EdDSA', { extractable: true })
  const sign = async (bytes: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, bytes))
  return { sign, jwk: await exportJWK(pair.publicKey) }
}

test('a token that our key signed is accepted: the control of the forgeries below', async () => {
  expect((await world.send('GET /v1/me', { token: await signToken(key, header, claims) })).status).toBe(200)
})

for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
  test(`a token without a signature is refused, its algorithm spelled ${JSON.stringify(alg)}`, async () => {
    const unsigned = `${encodeJson({ ...header, alg })}.${encodeJson(claims)}`
    await expectRefused(`${unsigned}.`)
    await expectRefused(`${unsigned}.${token.split('.')[2]}`)
  })
}

test('a token under HS256 with our public key for its secret is refused, however the key is spelled', async () => {
  for (const bytes of Object.values(await publicBytesOf(key))) {
    await expectRefused(await signWithPublicBytes(bytes, { ...header, alg: 'HS256' }, claims))
    await expectRefused(await signWithPublicBytes(bytes, header, claims))
  }
})

test('a key that the token brings along is not used, by value or by address', async () => {
  const stranger = await createStranger()
  const brought: Json[] = [
    { jwk: stranger.jwk },
    { jku: 'https://evil.example/jwks.json' },
    { x5u: 'https://evil.example/certificate.pem' },
    { x5c: ['MIIB'] },
    { kid: undefined, jwk: stranger.jwk },
  ]
  for (const members of brought) await expectRefused(await signToken(stranger, { ...header, ...members }, claims))
})

const foreignMembers: Json[] = [
  { jwk: { kty: 'OKP' } },
  { jku: 'https://id.example.com/.well-known/jwks.json' },
  { x5u: 'https://id.example.com' },
  { x5c: [] },
  { x5t: 'AAAA' },
  { crit: ['exp'] },
  { crit: [] },
  { b64: false },
  { b64: false, crit: ['b64'] },
  { b64: true, crit: ['b64'] },
  { cty: 'JWT' },
  { zip: 'DEF' },
  { enc: 'A256GCM' },
]
for (const members of foreignMembers) {
  test(`a header with ${JSON.stringify(members)} is refused, though our key signed it`, async () => {
    await expectRefused(await signToken(key, { ...header, ...members }, claims))
  })
}

for (const kid of ['unknown', '', '../../jwks', "' or true --", null, undefined, 7, ['x'], '__proto__']) {
  test(`a token with the key id ${JSON.stringify(kid)} is refused, though our key signed it`, async () => {
    await expectRefused(await signToken(key, { ...header, kid }, claims))
  })
}

for (const alg of ['ES256', 'HS256', 'RS256', 'Ed25519', 'eddsa', null, 7]) {
  test(`a token with the algorithm ${JSON.stringify(alg)} is refused, though our EdDSA key signed it`, async () => {
    await expectRefused(await signToken(key, { ...header, alg }, claims))
  })
}

test('a signature by another key under the id of ours is refused', async () => {
  await expectRefused(await signToken(await createStranger(), header, claims))
})

test('a signature does not fit other claims, another header or itself with a bit flipped', async () => {
  const [head, body, signature = ''] = token.split('.')
  const other = await signToken(key, header, { ...claims, jti: 'another' })
  await expectRefused(`${head}.${other.split('.')[1]}.${signature}`)
  await expectRefused(`${encodeJson({ kid: header.kid, typ: header.typ, alg: header.alg })}.${body}.${signature}`)
  const bytes = Uint8Array.fromBase64(signature, { alphabet: 'base64url' })
  bytes[0] = (bytes[0] ?? 0) ^ 1
  await expectRefused(`${head}.${body}.${toBase64Url(bytes)}`)
})

test('anything but three parts is refused before it is taken apart', async () => {
  const [head, body, signature] = token.split('.')
  const others = [head, `${head}.${body}`, `${token}.`, `${token}.x`, `${token}.x.x`, `.${token}`, `..${signature}`]
  for (const other of others) await expectRefused(String(other))
})

const respell: Record<string, (parts: string[]) => string> = {
  'padding behind each part': (parts) => parts.map((part) => `${part}=`).join('.'),
  'padding behind the signature': (parts) => `${parts.join('.')}==`,
  'a space inside': ([head, body, signature]) => `${head} .${body}.${signature}`,
  'a space behind': (parts) => `${parts.join('.')} `,
  'a line break inside': ([head, body, signature]) => `${head}\n.${body}.${signature}`,
  'a tab before': (parts) => `\t${parts.join('.')}`,
  'a NUL behind': (parts) => `${parts.join('.')}\0`,
  'the alphabet of plain base64': (parts) => parts.join('.').replaceAll('-', '+').replaceAll('_', '/').concat('/'),
  'a look-alike dot': (parts) => parts.join('․'),
}
for (const [spelling, write] of Object.entries(respell)) {
  test(`a token of ours with ${spelling} is refused`, async () => {
    const anonymous = world.contextOf({ kind: 'anonymous' })
    expect(await verifyAccessToken(anonymous, token)).toHaveProperty('userId')
    await expect(verifyAccessToken(anonymous, write(token.split('.')))).rejects.toThrow('invalid_access_token')
  })
}
