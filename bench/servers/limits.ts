import { Hono } from 'hono'
import { generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { announce } from './announce'

/** What no server of this kind can pass: Hono that answers, and Hono that verifies one token by jose before. */
const { publicKey, privateKey } = await generateKeyPair('EdDSA')
const token = await new SignJWT({ sub: crypto.randomUUID() })
  .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt' })
  .setIssuedAt()
  .setExpirationTime('1h')
  .sign(privateKey)

const app = new Hono()
  .get('/bare', (c) => c.json({ status: 'ok' }))
  .get('/token', (c) => c.text(token))
  .get('/jose', async (c) => {
    const { payload } = await jwtVerify(c.req.header('authorization')?.slice('Bearer '.length) ?? '', publicKey, {
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
    })
    return c.json({ id: payload.sub })
  })

announce(app.fetch)
