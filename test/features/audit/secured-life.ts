import { grantRole } from '#features/admin/grant-role'
import { revokeRole } from '#features/admin/revoke-role'
import { MfaState } from '#features/authenticators/contract'
import {
  PasskeyCreationOptions,
  PasskeyRequestOptions,
  RegisteredPasskey,
} from '#features/authenticators/passkey-contract'
import { openWorld, type World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { newPasskey, type SoftwarePasskey } from '../../support/passkeys'
import { logInWith, tokensOf } from '../accounts/mailed'
import {
  addTotp,
  challenge,
  codeOf,
  nextStep,
  recoveryCodesIn,
  registerProved,
  stepUp,
  verify,
  wrongCodeOf,
} from '../authenticators/second-factors'
import { ada } from '../people'

const names = { app: 'Telephone of Augusta', next: 'Another telephone', passkey: 'Difference engine' }
const wrongPassword = 'a wrong guess at it'

/** Everything that is told once in a life, or never: gathered as it comes. */
type Keep = <Value extends string>(...secrets: Value[]) => void

const keepTokens = (keep: Keep, answer: Answer) => {
  const tokens = tokensOf(answer)
  const device = answer.headers.get('device-token')
  keep(tokens.accessToken, tokens.refreshToken, ...(device ? [device] : []))
  return { ...tokens, device: device ?? '' }
}

const registerPasskey = async (world: World, token: string, passkey: SoftwarePasskey, keep: Keep) => {
  const options = PasskeyCreationOptions.parse((await world.send('POST /v1/me/passkeys/options', { token })).body)
  const response = await passkey.attest(options)
  keep(options.challenge, passkey.id, response.response.publicKey)
  const json = { name: names.passkey, response }
  return RegisteredPasskey.parse((await world.send('POST /v1/me/passkeys', { token, json })).body).passkey.id
}

const logInByPasskey = async (world: World, passkey: SoftwarePasskey, keep: Keep) => {
  const options = PasskeyRequestOptions.parse((await world.send('POST /v1/auth/passkey/options', { json: {} })).body)
  const response = await passkey.assert(options)
  keep(options.challenge, response.response.signature)
  return world.send('POST /v1/auth/passkey/verify', { json: { response } })
}

/** Wrong codes until no code is looked at; then the lock is waited out. */
const lockSecondFactor = async (world: World, secret: string, keep: Keep) => {
  const { token } = await challenge(world)
  keep(token)
  for (let tries = 0; tries < 6; tries += 1) {
    const code = wrongCodeOf(world, secret)
    keep(code)
    await verify(world, token, { method: 'totp', code })
  }
  world.advance(1800)
}

/** Logs in by both factors, and lets the device be trusted; logs in there again, and trusts it no more. */
const trustADevice = async (world: World, secret: string, keep: Keep) => {
  const waiting = await challenge(world)
  const code = codeOf(world, secret)
  keep(waiting.token, code)
  const verification = { method: 'totp', code, trustDevice: true }
  const { device } = keepTokens(keep, await verify(world, waiting.token, verification))
  const trusted = await logInWith(world, ada.password, ada.email, { 'device-token': device })
  const { accessToken: token } = keepTokens(keep, trusted)
  await world.send('GET /v1/me/trusted-devices', { token })
  await world.send('DELETE /v1/me/trusted-devices', { token })
  return token
}

/** Shows again, wrongly and rightly, that it is her, and makes new recovery codes. */
const stepUpAndRecover = async (world: World, accessToken: string, [recoveryCode = '']: string[], keep: Keep) => {
  await stepUp(world, { accessToken }, { method: 'password', password: wrongPassword })
  const raised = await stepUp(world, { accessToken }, { method: 'recovery_code', code: recoveryCode })
  const { accessToken: token } = keepTokens(keep, raised)
  keep(...recoveryCodesIn(await world.send('POST /v1/me/mfa/recovery-codes', { token })))
  return token
}

/** Gives the account a role, which ends its sessions, and takes it again. */
const holdARole = async (world: World) => {
  const operator = world.contextOf({ kind: 'system', job: 'postern roles' })
  await grantRole(operator, ada.email, 'admin')
  await revokeRole(operator, ada.email, 'admin')
}

/** A life of an account with second factors of each kind; returns what must stay private. */
export const secureThrough = async () => {
  const secrets: string[] = []
  const keep: Keep = (...more) => void secrets.push(...more.filter((secret) => secret !== ''))
  const world = await openWorld()
  const { accessToken: first } = await registerProved(world)
  const { secret, recoveryCodes } = await addTotp(world, { accessToken: first }, names.app)
  keep(secret, codeOf(world, secret), ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', '')))
  const [app] = MfaState.parse((await world.send('GET /v1/me/mfa', { token: first })).body).totp
  await world.send(`PATCH /v1/me/mfa/totp/${app?.id}`, { token: first, json: { name: names.next } })
  const passkey = await newPasskey({ origin: world.config.BASE_URL, counts: true })
  const passkeyId = await registerPasskey(world, first, passkey, keep)
  nextStep(world)
  await lockSecondFactor(world, secret, keep)
  const trusted = await trustADevice(world, secret, keep)
  const token = await stepUpAndRecover(world, trusted, recoveryCodes, keep)
  keepTokens(keep, await logInByPasskey(world, passkey, keep))
  passkey.counter = 0
  await logInByPasskey(world, passkey, keep)
  await world.send(`DELETE /v1/me/passkeys/${passkeyId}`, { token })
  await holdARole(world)
  await world.settle()
  return { world, secrets: [...secrets, ...Object.values(names), ada.email, ada.name, ada.password, wrongPassword] }
}
