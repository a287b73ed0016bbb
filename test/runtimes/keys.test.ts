import { expect, test } from 'bun:test'
import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from 'jose'
import * as z from 'zod'
import { parseConfig } from '#core/config'
import { openSealed } from '#core/secrets'
import { noteSecret } from '../support/secrets'
import { newAddress, password, post } from './account'
import { openCommands } from './operators-commands'
import { secret, startServer } from './server-process'

const lagSeconds = 2
const { settings, jsonOf, postern, sql } = openCommands()
settings.KEY_REVOCATION_SECONDS = String(lagSeconds)

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string() })

const get = async (url: string, path: string, token: string) =>
  (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status

const logIn = async (url: string, email: string) =>
  Tokens.parse(await (await post(url, '/auth/login', { email, password })).json())

const refresh = async (url: string, refreshToken: string) => (await post(url, '/auth/refresh', { refreshToken })).status

/** Opens the private key that signed a token, as somebody with the database and SECRET can. */
const leakKey = async (accessToken: string) => {
  const { kid = '' } = decodeProtectedHeader(accessToken)
  const [row] = await sql`select sealed_private_jwk as sealed from signing_key where key_id = ${kid}`
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: secret })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  const ctx = { config: parsed.config }
  const jwk = await openSealed(ctx, 'signing-key-seal', kid, String(row?.sealed))
  noteSecret(JSON.parse(jwk).d, 'a private signing key')
  return { kid, key: await importJWK(JSON.parse(jwk), 'EdDSA') }
}

test('revoke-all is seen by every process within the lag, by ordinary routes, privileged ones and refreshes', async () => {
  await using one = await startServer(settings)
  await using other = await startServer(settings)
  const servers = [one.url, other.url]
  const email = newAddress()
  await post(one.url, '/auth/register', { email, password })
  await jsonOf('roles', 'grant', email, 'admin')
  const before = await logIn(one.url, email)
  const leaked = await leakKey(before.accessToken)
  for (const url of servers) expect(await get(url, '/v1/admin/users', before.accessToken)).toBe(200)

  expect(await jsonOf('keys', 'revoke-all', '--yes', '--reason', 'a key leaked')).toMatchObject({
    count: 1,
    sessions: 1,
  })
  const revokedAt = Date.now()
  // Sessions are asked for in the database, so what names one of before is over at once.
  for (const url of servers) {
    expect(await get(url, '/v1/me', before.accessToken)).toBe(401)
    expect(await get(url, '/v1/admin/users', before.accessToken)).toBe(401)
    expect(await refresh(url, before.refreshToken)).toBe(401)
  }

  // The worst case: a token by the leaked key, for a session of afterwards, kept warm until the lag is over.
  const after = await logIn(other.url, email)
  const forged = await new SignJWT(decodeJwt(after.accessToken))
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: leaked.kid })
    .sign(leaked.key)
  noteSecret(forged, 'a forged access token')
  while (Date.now() < revokedAt + lagSeconds * 1000) {
    await Promise.all(servers.map((url) => get(url, '/v1/me', forged)))
    await Bun.sleep(100)
  }
  for (const url of servers) {
    for (const path of ['/v1/me', '/v1/sessions', '/v1/admin/users']) expect(await get(url, path, forged)).toBe(401)
    const { keys } = z
      .object({ keys: z.array(z.object({ kid: z.string() })) })
      .parse(await (await fetch(`${url}/.well-known/jwks.json`)).json())
    expect(keys.map(({ kid }) => kid)).not.toContain(leaked.kid)
    expect(keys).toHaveLength(1)
  }
  // Whoever logged in where the old key signed still goes on with the refresh token.
  const refreshed = Tokens.parse(
    await (await post(one.url, '/auth/refresh', { refreshToken: after.refreshToken })).json(),
  )
  for (const url of servers) expect(await get(url, '/v1/me', refreshed.accessToken)).toBe(200)
}, 60_000)

test('a rotation is told step by step, and running processes publish the new key within the lag', async () => {
  await using server = await startServer(settings)
  const published = async () => JSON.stringify(await (await fetch(`${server.url}/.well-known/jwks.json`)).json())
  await published()
  const Rotation = z.object({
    keyId: z.string(),
    signsFrom: z.coerce.date(),
    replaced: z.object({ leavesAt: z.coerce.date() }),
  })
  const staged = Rotation.parse(await jsonOf('keys', 'rotate'))
  expect(staged.replaced.leavesAt.getTime() - staged.signsFrom.getTime()).toBe(1_200_000)
  await Bun.sleep(lagSeconds * 1000)
  expect(await published()).toContain(staged.keyId)
  const again = await postern('keys', 'rotate')
  expect(again.output).toContain(`staged already: ${staged.keyId}`)
  expect(again.output).toContain(staged.replaced.leavesAt.toISOString())
}, 60_000)

test('SECRET is rotated by what the commands say: reseal, status, and nothing is lost', async () => {
  const newer = 'another secret of tests that protects nothing'
  const rotated = { SECRET: `${newer},${secret}` }
  Object.assign(settings, rotated)
  const Status = z.object({
    secretVersions: z.array(
      z.object({ state: z.string(), seals: z.record(z.string(), z.number()), removableAfter: z.string().nullable() }),
    ),
  })
  const states = async () => Status.parse(await jsonOf('keys', 'status')).secretVersions
  const [, before] = await states()
  expect(before).toMatchObject({ state: 'older', removableAfter: null })
  expect(before?.seals.signing_key).toBeGreaterThan(0)
  expect(await jsonOf('keys', 'reseal')).toMatchObject({ lost: 0 })
  const [newest, older] = await states()
  expect(newest?.seals.signing_key).toBe(before?.seals.signing_key)
  expect(older).toMatchObject({ state: 'older', seals: {}, removableAfter: expect.any(String) })
  const { output } = await postern('keys', 'status')
  expect(output).toContain('It may be taken out after')
  expect(output).not.toContain(newer)
  settings.SECRET = 'a third secret of tests that has sealed nothing'
  const lost = await postern('keys', 'reseal')
  expect({ exitCode: lost.exitCode, output: lost.output }).toEqual({ exitCode: 1, output: '' })
  expect(lost.errors).toContain('configured no more')
  settings.SECRET = secret
}, 60_000)

test('an emergency wants a reason, and says what is to be deployed next', async () => {
  expect(await postern('keys', 'revoke-all', '--reason', 'x')).toMatchObject({ exitCode: 2, output: '' })
  expect(await postern('keys', 'revoke-all', '--yes')).toMatchObject({
    exitCode: 2,
    errors: expect.stringContaining('--reason'),
  })
  settings.SECRET = `another secret of tests that protects nothing,${secret}`
  const { output, exitCode } = await postern('keys', 'revoke-all', '--yes', '--reason', 'SECRET was in a log')
  expect(exitCode).toBe(0)
  expect(output).toContain('within 2 s')
  expect(output).toContain('postern keys reseal')
}, 60_000)
