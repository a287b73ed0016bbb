import * as z from 'zod'
import { grantRole } from '#features/admin/grant-role'
import { listActivityOf } from '#features/admin/list-activity-of'
import { revokeRole } from '#features/admin/revoke-role'
import { newAddress, password, Tokens } from '../runtimes/account'
import { newPasskey, type SoftwarePasskey } from '../support/passkeys'
import { stepAt, totpCode, wrongTotpCode } from '../support/totp'
import type { Postern } from './examined-postern'
import { expectStatus } from './expect-status'

const Secret = z.object({ secret: z.string() })
const Codes = z.object({ recoveryCodes: z.array(z.string()).min(2) })
const Creation = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
})
const Request = z.object({ challenge: z.string(), rpId: z.string() })
const Challenge = z.object({ challenge: z.object({ token: z.string() }) })
const Registered = z.object({ passkey: z.object({ id: z.string() }) })
const State = z.object({ totp: z.array(z.object({ id: z.string() })) })

const now = () => stepAt(new Date())

/** Somebody whose address is proved, and who is logged in. */
const newProvedPerson = async ({ send, work, readMail }: Postern) => {
  const email = newAddress()
  await expectStatus(send('POST /auth/register', { email, password }), 201)
  await work()
  await expectStatus(send('POST /auth/email/verify', { token: (await readMail(email)).token }), 200)
  return { email, ...Tokens.parse(await expectStatus(send('POST /auth/login', { email, password }), 200)) }
}

const logInHalfway = async (send: Postern['sendStrictly'], email: string): Promise<string> =>
  Challenge.parse(await expectStatus(send('POST /auth/login', { email, password }), 200)).challenge.token

const assert = async (passkey: SoftwarePasskey, asked: Promise<Response>) => ({
  response: await passkey.assert(Request.parse(await expectStatus(asked, 200))),
})

/** Sets up an app and a passkey, and names them. */
const setUp = async ({ send }: Postern, token: string) => {
  const { secret } = Secret.parse(await expectStatus(send('POST /me/mfa/totp', {}, token), 200))
  const confirmed = await expectStatus(send('POST /me/mfa/totp/confirm', { code: totpCode(secret, now()) }, token), 200)
  const passkey = await newPasskey({ origin: 'http://localhost:3000', counts: true })
  const options = Creation.parse(await expectStatus(send('POST /me/passkeys/options', undefined, token), 200))
  const registration = send('POST /me/passkeys', { response: await passkey.attest(options) }, token)
  const { id } = Registered.parse(await expectStatus(registration, 201)).passkey
  const { totp } = State.parse(await expectStatus(send('GET /me/mfa', undefined, token), 200))
  await expectStatus(send(`PATCH /me/mfa/totp/${totp[0]?.id}`, { name: 'Phone' }, token), 204)
  await expectStatus(send(`PATCH /me/passkeys/${id}`, { name: 'Laptop' }, token), 204)
  await expectStatus(send('GET /me/passkeys', undefined, token), 200)
  return { secret, passkey, passkeyId: id, totpId: totp[0]?.id, ...Codes.parse(confirmed) }
}

type Factors = Awaited<ReturnType<typeof setUp>>

/** Logs in by each second factor there is, wrongly and rightly, and by what needs none. */
const logInWithBoth = async (postern: Postern, email: string, { secret, passkey, recoveryCodes }: Factors) => {
  const { send, sendFrom, work } = postern
  const verify = (challengeToken: string, shown: object) =>
    send('POST /auth/mfa/verify', { challengeToken, trustDevice: true, ...shown })
  const first = await logInHalfway(send, email)
  await expectStatus(verify(first, { method: 'totp', code: wrongTotpCode(secret, now()) }), 400)
  const finished = await verify(first, { method: 'totp', code: totpCode(secret, now() + 1) })
  await expectStatus(sendFrom(finished.headers.get('device-token') ?? '', 'POST /auth/login', { email, password }), 200)
  const second = await logInHalfway(send, email)
  await expectStatus(verify(second, { method: 'recovery_code', code: recoveryCodes[0] }), 200)
  const third = await logInHalfway(send, email)
  const asSecond = await assert(passkey, send('POST /auth/passkey/options', { challengeToken: third }))
  await expectStatus(verify(third, { method: 'passkey', ...asSecond }), 200)
  const alone = await assert(passkey, send('POST /auth/passkey/options', {}))
  await expectStatus(send('POST /auth/passkey/verify', alone), 200)
  await expectStatus(send('POST /auth/passkey/verify', alone), 400)
  passkey.counter = 0
  const copied = await assert(passkey, send('POST /auth/passkey/options', {}))
  await expectStatus(send('POST /auth/passkey/verify', copied), 400)
  passkey.counter = 100
  await work()
}

/** Shows again, in each way, that it is them. */
const stepUpEveryWay = async ({ send }: Postern, token: string, { passkey, secret, recoveryCodes }: Factors) => {
  const stepUp = (shown: object) => send('POST /auth/step-up', shown, token)
  await expectStatus(stepUp({ method: 'password', password: 'not the password' }), 401)
  await expectStatus(stepUp({ method: 'password', password }), 200)
  await expectStatus(stepUp({ method: 'totp', code: wrongTotpCode(secret, now()) }), 400)
  await expectStatus(stepUp({ method: 'recovery_code', code: recoveryCodes[1] }), 200)
  const used = await assert(passkey, send('POST /auth/step-up/options', undefined, token))
  await expectStatus(stepUp({ method: 'passkey', ...used }), 200)
}

const removeAll = async ({ send, work }: Postern, token: string, { passkeyId, totpId }: Factors) => {
  await expectStatus(send('POST /me/mfa/recovery-codes', undefined, token), 200)
  await expectStatus(send('GET /me/trusted-devices', undefined, token), 200)
  await expectStatus(send('DELETE /me/trusted-devices', undefined, token), 204)
  await expectStatus(send(`DELETE /me/mfa/totp/${totpId}`, undefined, token), 204)
  await expectStatus(send(`DELETE /me/passkeys/${passkeyId}`, undefined, token), 204)
  await work()
}

/** Somebody must have a second factor to come in, and sets one up. */
const enrolOnTheWay = async (postern: Postern) => {
  const { send, sendDemandingly, work } = postern
  const { email } = await newProvedPerson(postern)
  const challengeToken = await logInHalfway(sendDemandingly, email)
  const { secret } = Secret.parse(await expectStatus(sendDemandingly('POST /auth/mfa/enrol', { challengeToken }), 200))
  const code = { challengeToken, method: 'totp', code: totpCode(secret, now()) }
  const tokens = Tokens.parse(await expectStatus(sendDemandingly('POST /auth/mfa/verify', code), 200))
  await work()
  await postern.operate((ctx) => grantRole(ctx, email, 'admin'))
  await postern.operate((ctx) => revokeRole(ctx, email, 'admin'))
  await postern.operate((ctx) => listActivityOf(ctx, email))
  await expectStatus(send('GET /me', undefined, tokens.accessToken), 401)
}

/** Does what people do with second factors, so that each statement of a request runs at least once. */
export const useSecondFactors = async (postern: Postern): Promise<void> => {
  const { email, accessToken } = await newProvedPerson(postern)
  const factors = await setUp(postern, accessToken)
  await logInWithBoth(postern, email, factors)
  await stepUpEveryWay(postern, accessToken, factors)
  await removeAll(postern, accessToken, factors)
  await enrolOnTheWay(postern)
}
