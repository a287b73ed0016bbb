import { expect } from 'bun:test'
import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from 'jose'
import * as z from 'zod'
import { parseConfig } from '#core/config'
import { openSealed } from '#core/secrets'
import { noteSecret } from '../support/secrets'
import { get, logIn, newAddress, password, post, Tokens } from './account'
import type { openCommands } from './operators-commands'
import { secret } from './server-process'

type Commands = Pick<ReturnType<typeof openCommands>, 'jsonOf' | 'sql'>

const KeySet = z.object({ keys: z.array(z.object({ kid: z.string() })) })

const statusOf = async (url: string, path: string, token: string) => (await get(url, path, token)).status

/** Opens the private key that signed a token, as somebody with the database and SECRET can. */
const leakKey = async ({ sql }: Commands, accessToken: string) => {
  const { kid = '' } = decodeProtectedHeader(accessToken)
  const [row] = await sql`select sealed_private_jwk as sealed from signing_key where key_id = ${kid}`
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: secret })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  const jwk = JSON.parse(await openSealed(parsed, 'signing-key-seal', kid, String(row?.sealed)))
  noteSecret(jwk.d, 'a private signing key')
  return { kid, key: await importJWK(jwk, 'EdDSA') }
}

/**
 * Expects that servers of one database see an emergency within the lag that they were started with: sessions of before at once,
 * what the leaked key signs for a session of afterwards within `lagSeconds`, however warm it was kept.
 */
export const expectRevokedWithin = async (lagSeconds: number, servers: [string, ...string[]], commands: Commands) => {
  const [first] = servers
  const last = servers.at(-1) ?? first
  const email = newAddress()
  await post(first, '/auth/register', { email, password })
  await commands.jsonOf('roles', 'grant', email, 'admin')
  const before = await logIn(first, email)
  const leaked = await leakKey(commands, before.accessToken)
  for (const url of servers) expect(await statusOf(url, '/v1/admin/users', before.accessToken)).toBe(200)

  const revoked = await commands.jsonOf('keys', 'revoke-all', '--yes', '--reason', 'a key leaked')
  expect(revoked).toMatchObject({ count: 1, sessions: 1 })
  const revokedAt = Date.now()
  for (const url of servers) {
    expect(await statusOf(url, '/v1/me', before.accessToken)).toBe(401)
    expect(await statusOf(url, '/v1/admin/users', before.accessToken)).toBe(401)
    expect((await post(url, '/auth/refresh', { refreshToken: before.refreshToken })).status).toBe(401)
  }

  const after = await logIn(last, email)
  const forged = await new SignJWT(decodeJwt(after.accessToken))
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: leaked.kid })
    .sign(leaked.key)
  noteSecret(forged, 'a forged access token')
  while (Date.now() < revokedAt + lagSeconds * 1000) {
    await Promise.all(servers.map((url) => get(url, '/v1/me', forged)))
    await Bun.sleep(100)
  }
  for (const url of servers) {
    for (const path of ['/v1/me', '/v1/sessions', '/v1/admin/users'])
      expect(await statusOf(url, path, forged)).toBe(401)
    const { keys } = KeySet.parse(await (await get(url, '/.well-known/jwks.json')).json())
    expect(keys).toHaveLength(1)
    expect(keys[0]?.kid).not.toBe(leaked.kid)
  }
  // Whoever logged in where the old key signed still goes on with the refresh token.
  const answer = await post(first, '/auth/refresh', { refreshToken: after.refreshToken })
  const refreshed = Tokens.parse(await answer.json())
  for (const url of servers) expect(await statusOf(url, '/v1/me', refreshed.accessToken)).toBe(200)
}
