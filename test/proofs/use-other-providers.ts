import * as z from 'zod'
import { authorization, codeVerifier, flowIn, readLocation } from '../budgets/linked-operations'
import { newAddress, password, Tokens } from '../runtimes/account'
import type { Postern } from './examined-postern'
import { expectStatus } from './expect-status'

const Identity = z.object({ id: z.string() })

/** Goes to the provider and comes back. */
const comeBack = async ({ visit }: Postern) => {
  const { path, cookie } = flowIn(await visit(`GET /auth/oauth/acme/authorize?${authorization}`))
  const code = readLocation(await visit(`GET /auth/oauth/acme/${path}`, cookie)).searchParams.get('code')
  return { code, codeVerifier }
}

/** Somebody new comes by the provider's library in an app, twice, and logs out at the provider. */
const logInFromAnApp = async ({ send, postForm, issuer }: Postern) => {
  const nonce = crypto.randomUUID()
  const json = { idToken: await issuer.sign(nonce), nonce }
  await expectStatus(send('POST /auth/oauth/acme/token', json), 200)
  await expectStatus(send('POST /auth/oauth/acme/token', json), 400)
  const form = new URLSearchParams({ logout_token: await issuer.signLogOut(nonce) })
  await expectStatus(postForm('POST /auth/oauth/acme/backchannel-logout', form), 200)
}

/** Does what people do with accounts at other providers, so that each statement of a request runs at least once. */
export const useOtherProviders = async (postern: Postern): Promise<void> => {
  const { send, visit, work, maintain, readMail } = postern
  await expectStatus(visit('GET /auth/oauth/acme/callback?state=of-nobody'), 400)
  await expectStatus(send('POST /auth/oauth/exchange', await comeBack(postern)), 200)
  await logInFromAnApp(postern)
  const email = newAddress()
  await expectStatus(send('POST /auth/register', { email, password }), 201)
  await work()
  await expectStatus(send('POST /auth/email/verify', { token: (await readMail(email)).token }), 200)
  const tokens = Tokens.parse(await expectStatus(send('POST /auth/login', { email, password }), 200))
  const link = send('POST /me/identities', await comeBack(postern), tokens.accessToken)
  const { id } = Identity.parse(await expectStatus(link, 201))
  await expectStatus(send('GET /me/identities', undefined, tokens.accessToken), 200)
  await expectStatus(send(`GET /me/identities/${id}/token`, undefined, tokens.accessToken), 200)
  await maintain()
  await expectStatus(send(`DELETE /me/identities/${id}`, undefined, tokens.accessToken), 204)
  await work()
}
