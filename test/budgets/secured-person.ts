import * as z from 'zod'
import { get, logIn, password, post, registerAccount } from '../runtimes/account'
import { newPasskey } from '../support/passkeys'
import { stepAt, totpCode } from '../support/totp'
import { waitForMail } from './mailed-operations'

const Secret = z.object({ secret: z.string() })
const Confirmed = z.object({ recoveryCodes: z.array(z.string()).nullable() })
const Creation = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
})
const Request = z.object({ challenge: z.string(), rpId: z.string() })
const Challenge = z.object({ challenge: z.object({ token: z.string() }) })
const State = z.object({ totp: z.tuple([z.object({ id: z.string() })]).rest(z.unknown()) })

const read = async <Shape extends z.ZodType>(shape: Shape, answer: Promise<Response>): Promise<z.output<Shape>> => {
  const response = await answer
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`)
  return shape.parse(await response.json())
}

/** The code of now, or of so many steps away; that of the next step is accepted, and stays new. */
export const codeOf = (secret: string, stepsAway = 0): string => totpCode(secret, stepAt(new Date()) + stepsAway)

const addApp = async (url: string, accessToken: string) => {
  const { secret } = await read(Secret, post(url, '/me/mfa/totp', {}, accessToken))
  const code = { code: codeOf(secret) }
  const { recoveryCodes } = await read(Confirmed, post(url, '/me/mfa/totp/confirm', code, accessToken))
  return { secret, recoveryCodes: recoveryCodes ?? [] }
}

const addPasskey = async (url: string, accessToken: string) => {
  const passkey = await newPasskey({ origin: 'http://postern.test' })
  const options = await read(Creation, post(url, '/me/passkeys/options', {}, accessToken))
  await read(z.unknown(), post(url, '/me/passkeys', { response: await passkey.attest(options) }, accessToken))
  return passkey
}

const newProvedPerson = async (url: string) => {
  const { email } = await registerAccount(url)
  const { token } = await waitForMail(url, email, 'verify-email')
  await post(url, '/auth/email/verify', { token })
  return { email, accessToken: (await logIn(url, email)).accessToken }
}

/** Logs in with both factors on a device that is trusted from then on. @returns its token */
const trustDevice = async (url: string, challengeToken: string, secret: string) => {
  const verification = { challengeToken, method: 'totp', code: codeOf(secret, 1), trustDevice: true }
  const { headers } = await post(url, '/auth/mfa/verify', verification)
  return headers.get('device-token') ?? ''
}

/**
 * Someone with apps, recovery codes, a passkey and a trusted device, and somebody who is about to have an app: with what
 * works once, got from the server that is told.
 */
export const newSecuredPerson = async (url: string) => {
  const { email, accessToken } = await newProvedPerson(url)
  const apps = [await addApp(url, accessToken), await addApp(url, accessToken), await addApp(url, accessToken)]
  const passkey = await addPasskey(url, accessToken)
  const logInHalfway = async () =>
    (await read(Challenge, post(url, '/auth/login', { email, password }))).challenge.token
  const assert = async (json: object) => passkey.assert(await read(Request, post(url, '/auth/passkey/options', json)))
  const [byCode, byRecoveryCode, byPasskey] = [await logInHalfway(), await logInHalfway(), await logInHalfway()]
  const [forLogIn = '', forStepUp = '', forTrust = ''] = apps.map(({ secret }) => secret)
  const newcomer = await newProvedPerson(url)
  return {
    email,
    accessToken,
    apps: { forLogIn, forStepUp, firstId: (await read(State, get(url, '/v1/me/mfa', accessToken))).totp[0].id },
    recoveryCode: apps[0]?.recoveryCodes[0] ?? '',
    challenges: { byCode, byRecoveryCode, byPasskey },
    assertions: { alone: await assert({}), asSecond: await assert({ challengeToken: byPasskey }) },
    device: await trustDevice(url, await logInHalfway(), forTrust),
    newcomer: { ...newcomer, ...(await read(Secret, post(url, '/me/mfa/totp', {}, newcomer.accessToken))) },
  }
}

export type SecuredPerson = Awaited<ReturnType<typeof newSecuredPerson>>
