import { expect, test } from 'bun:test'
import { PasskeyCreationOptions, PasskeyRequestOptions } from '#features/authenticators/passkey-contract'
import type { World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { newPasskey } from '../../support/passkeys'
import {
  askForLogIn,
  askForReset,
  logInByCode,
  logInByLink,
  logInWith,
  mailedBy,
  resetPassword,
  tokensOf,
} from '../accounts/mailed'
import {
  addTotp,
  challenge,
  codeOf,
  nextStep,
  openProvedWorld,
  registerProved,
  verify,
} from '../authenticators/second-factors'
import { comeBackAs, exchangeIn, openFederatedWorld } from '../federation/federated-world'
import { ada } from '../people'
import { closeAccount } from './rights'

const shownOf = ({ status, body }: Answer) => ({ status, code: (body as { code?: string } | undefined)?.code })

/** The whole answer, but for what is of its request. */
const wholeOf = ({ status, body }: Answer) => ({ status, body: { ...Object(body), instance: '', requestId: '' } })

test('a closed account is answered at every door as one that nobody has', async () => {
  const { world, session } = await openProvedWorld()
  await askForLogIn(world)
  await askForReset(world)
  const { token, code } = mailedBy(world, 'log-in')
  const reset = mailedBy(world, 'reset-password').token
  await closeAccount(world, session.accessToken)
  const nobody = { ...ada, email: 'nobody@example.com' }

  expect(wholeOf(await logInWith(world, ada.password))).toEqual(
    wholeOf(await logInWith(world, ada.password, nobody.email)),
  )
  expect(shownOf(await logInByLink(world, token))).toEqual({ status: 400, code: 'invalid_email_token' })
  expect(wholeOf(await logInByCode(world, code))).toEqual(wholeOf(await logInByCode(world, code, nobody.email)))
  expect(shownOf(await resetPassword(world, reset, 'a new password of hers'))).toMatchObject({ status: 400 })
  const refreshed = await world.send('POST /v1/auth/refresh', { json: { refreshToken: session.refreshToken } })
  expect(shownOf(refreshed)).toEqual({ status: 401, code: 'invalid_refresh_token' })
  for (const route of ['GET /v1/me', 'GET /v1/sessions', 'POST /v1/me/export', 'DELETE /v1/me', 'GET /v1/me/mfa']) {
    expect({ route, ...shownOf(await world.send(route, { token: session.accessToken })) }).toMatchObject({
      route,
      status: 401,
    })
  }
  world.outbox.length = 0
  await askForLogIn(world)
  await askForReset(world)
  await world.send('POST /v1/auth/email/verify/resend', { json: { email: ada.email } })
  await world.settle()
  expect(world.outbox).toEqual([])
})

test('neither a second factor that was waited for nor a trusted device opens it, also once it is open again', async () => {
  const { world, session } = await openProvedWorld()
  const { secret } = await addTotp(world, session)
  nextStep(world)
  const first = await challenge(world)
  const trusting = await verify(world, first.token, { method: 'totp', code: codeOf(world, secret), trustDevice: true })
  const device = { 'device-token': trusting.headers.get('device-token') ?? '' }
  nextStep(world)
  const waiting = await challenge(world)
  await closeAccount(world, tokensOf(trusting).accessToken)
  const late = () => verify(world, waiting.token, { method: 'totp', code: codeOf(world, secret) })
  expect((await late()).status).toBe(400)
  expect((await logInWith(world, ada.password, ada.email, device)).status).toBe(401)
  await world.send('POST /v1/auth/erasure/cancel', { json: { token: mailedBy(world, 'account-closed').token } })
  expect((await late()).status).toBe(400)
  expect((await logInWith(world, ada.password, ada.email, device)).body).toMatchObject({ mfaRequired: true })
})

test('its passkey opens nothing', async () => {
  const { world, session } = await openProvedWorld()
  const passkey = await newPasskey({ origin: world.config.BASE_URL })
  const token = session.accessToken
  const made = PasskeyCreationOptions.parse((await world.send('POST /v1/me/passkeys/options', { token })).body)
  await world.send('POST /v1/me/passkeys', { token, json: { name: 'Key', response: await passkey.attest(made) } })
  const logIn = async () => {
    const asked = PasskeyRequestOptions.parse((await world.send('POST /v1/auth/passkey/options', { json: {} })).body)
    return world.send('POST /v1/auth/passkey/verify', { json: { response: await passkey.assert(asked) } })
  }
  const { accessToken } = tokensOf(await logIn())
  await closeAccount(world, accessToken)
  expect(shownOf(await logIn())).toEqual({ status: 400, code: 'invalid_passkey' })
})

const federated = async (work: (world: World, logIn: () => Promise<Answer>) => Promise<void>) => {
  const setting = await openFederatedWorld()
  const logIn = async () => exchangeIn(setting.world, await comeBackAs(setting, { email: ada.email }))
  await work(setting.world, logIn)
}

test('no other provider opens it, whether it is linked or has the address', async () => {
  await federated(async (world, logIn) => {
    const { accessToken } = tokensOf(await logIn())
    await closeAccount(world, accessToken)
    expect(shownOf(await logIn())).toEqual({ status: 400, code: 'invalid_identity_code' })
  })
  await federated(async (world, logIn) => {
    const { accessToken } = await registerProved(world)
    await closeAccount(world, accessToken)
    expect(shownOf(await logIn())).toEqual({ status: 400, code: 'invalid_identity_code' })
  })
})
