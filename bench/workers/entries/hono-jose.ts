import { Hono } from 'hono'
import { importJWK, type JWK, jwtVerify } from 'jose'

/** The key that tokens are verified with, as a JWK, and whose they are. */
interface Bindings {
  JWK: string
  BASE_URL: string
}

let key: ReturnType<typeof importJWK> | undefined

const readKey = (jwk: string) => {
  const parsed: JWK = JSON.parse(jwk)
  return importJWK(parsed)
}

/** A route that verifies a JWT each time: what a hand-written Worker would do with a token of somebody else. */
export default new Hono<{ Bindings: Bindings }>()
  .get('/health/live', (c) => c.json({ status: 'live' }))
  .get('/verified', async (c) => {
    key ??= readKey(c.env.JWK)
    const token = c.req.header('authorization')?.slice('Bearer '.length) ?? ''
    const { payload } = await jwtVerify(token, await key, { issuer: c.env.BASE_URL, audience: c.env.BASE_URL })
    return c.json({ id: payload.sub })
  })
