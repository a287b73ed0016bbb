import { expect, test } from 'bun:test'
import { grantRole } from '#features/admin/grant-role'
import { revokeRole } from '#features/admin/revoke-role'
import { MfaState } from '#features/authenticators/contract'
import {
  PasskeyCreationOptions,
  PasskeyRequestOptions,
  RegisteredPasskey,
} from '#features/authenticators/passkey-contract'
import { openWorld, type World } from '../../platform'
import { newPasskey, type SoftwarePasskey } from '../../support/passkeys'
import {
  addTotp,
  beginTotp,
  challenge,
  codeOf,
  confirmTotp,
  logInWithTotp,
  nextStep,
  registerProved,
  secretIn,
  stepUp,
  verify,
  wrongCodeOf,
} from '../authenticators/second-factors'
import { ada } from '../people'
import { everything, startColliding } from './colliding'

/** Ada has an app, recovery codes, a passkey and a device that she trusts; a code that is new is shown. */
interface Secured {
  world: World
  token: string
  secret: string
  recoveryCode: string
  totpId: string
  passkey: SoftwarePasskey
  passkeyId: string
}

const newResponse = async (world: World, passkey: SoftwarePasskey, token: string) =>
  passkey.attest(PasskeyCreationOptions.parse((await world.send('POST /v1/me/passkeys/options', { token })).body))

const openSecuredWorld = async (): Promise<Secured> => {
  const world = await openWorld()
  const { accessToken: token } = await registerProved(world)
  const { secret, recoveryCodes } = await addTotp(world, { accessToken: token })
  const passkey = await newPasskey({ origin: world.config.BASE_URL })
  const response = await newResponse(world, passkey, token)
  const registered = await world.send('POST /v1/me/passkeys', { token, json: { response } })
  const { totp } = MfaState.parse((await world.send('GET /v1/me/mfa', { token })).body)
  nextStep(world)
  await logInWithTotp(world, secret, { trustDevice: true })
  nextStep(world)
  const known = { totpId: totp[0]?.id ?? '', passkeyId: RegisteredPasskey.parse(registered.body).passkey.id }
  return { world, token, secret, recoveryCode: recoveryCodes[0] ?? '', passkey, ...known }
}

/** What comes before, by an instance that works; it gives what the other one has to do. */
type Change = (secured: Secured) => Promise<(instance: World) => Promise<{ status: number }>>

const finish =
  (shown: (secured: Secured) => object): Change =>
  async (secured) => {
    const { token } = await challenge(secured.world)
    return (instance) => verify(instance, token, shown(secured))
  }

const raise =
  (shown: (secured: Secured) => object): Change =>
  async (secured) =>
  (instance) =>
    stepUp(instance, { accessToken: secured.token }, shown(secured))

const send =
  (route: (secured: Secured) => string, json?: object): Change =>
  async (secured) =>
  (instance) =>
    instance.send(route(secured), { token: secured.token, ...(json && { json }) })

const assertion = async (world: World, passkey: SoftwarePasskey, json: object = {}) =>
  passkey.assert(PasskeyRequestOptions.parse((await world.send('POST /v1/auth/passkey/options', { json })).body))

const { email, password } = ada

const changes: Record<string, Change> = {
  'a log-in that waits for its second factor': async () => (instance) =>
    instance.send('POST /v1/auth/login', { json: { email, password } }),
  'a log-in that a code finishes': finish(({ world, secret }) => ({ method: 'totp', code: codeOf(world, secret) })),
  'a wrong code at a log-in': finish(({ world, secret }) => ({ method: 'totp', code: wrongCodeOf(world, secret) })),
  'a log-in that a recovery code finishes': finish(({ recoveryCode: code }) => ({ method: 'recovery_code', code })),
  'a log-in that a passkey finishes': async ({ world, passkey }) => {
    const { token } = await challenge(world)
    const response = await assertion(world, passkey, { challengeToken: token })
    return (instance) => verify(instance, token, { method: 'passkey', response })
  },
  'a log-in with a passkey': async ({ world, passkey }) => {
    const response = await assertion(world, passkey)
    return (instance) => instance.send('POST /v1/auth/passkey/verify', { json: { response } })
  },
  'a log-in with a passkey that nobody has': async ({ world }) => {
    const response = await assertion(world, await newPasskey({ origin: world.config.BASE_URL }))
    return (instance) => instance.send('POST /v1/auth/passkey/verify', { json: { response } })
  },
  'a step-up by code': raise(({ world, secret }) => ({ method: 'totp', code: codeOf(world, secret) })),
  'a step-up by password': raise(() => ({ method: 'password', password })),
  'a refused step-up': raise(() => ({ method: 'password', password: 'wrong' })),
  'another app': async ({ world, token: accessToken }) => {
    const secret = secretIn(await beginTotp(world, { accessToken }))
    return (instance) => confirmTotp(instance, { accessToken }, codeOf(world, secret))
  },
  'another passkey': async ({ world, token }) => {
    const response = await newResponse(world, await newPasskey({ origin: world.config.BASE_URL }), token)
    return (instance) => instance.send('POST /v1/me/passkeys', { token, json: { response } })
  },
  'another name of an app': send(({ totpId }) => `PATCH /v1/me/mfa/totp/${totpId}`, { name: 'Phone' }),
  'another name of a passkey': send(({ passkeyId }) => `PATCH /v1/me/passkeys/${passkeyId}`, { name: 'Key' }),
  'the end of an app': send(({ totpId }) => `DELETE /v1/me/mfa/totp/${totpId}`),
  'the end of a passkey': send(({ passkeyId }) => `DELETE /v1/me/passkeys/${passkeyId}`),
  'new recovery codes': send(() => 'POST /v1/me/mfa/recovery-codes'),
  'trust in no device any more': send(() => 'DELETE /v1/me/trusted-devices'),
}

for (const [what, change] of Object.entries(changes)) {
  test(`${what} that can’t be recorded does not happen, and causes no job`, async () => {
    const secured = await openSecuredWorld()
    const { world } = secured
    const make = await change(secured)
    await world.settle()
    const { colliding, isUsed } = await startColliding(world)
    const before = await everything(world)
    expect((await make(colliding)).status).toBe(500)
    expect(isUsed()).toBe(true)
    expect(await everything(world)).toEqual(before)
    await colliding.settle()
    expect(await everything(world)).toEqual(before)
  })
}

test('a role that can’t be recorded is neither given nor taken', async () => {
  const { world } = await openSecuredWorld()
  await grantRole(world.contextOf({ kind: 'system', job: 'postern roles' }), email, 'support')
  const { colliding } = await startColliding(world)
  const before = await everything(world)
  const operator = colliding.contextOf({ kind: 'system', job: 'postern roles' })
  await expect(grantRole(operator, email, 'admin')).rejects.toThrow()
  await expect(revokeRole(operator, email, 'support')).rejects.toThrow()
  expect(await everything(world)).toEqual(before)
})
