import * as z from 'zod'
import { pageOf } from '#core/pagination'
import { MfaState, RecoveryCodes, TotpSecret } from '#features/authenticators/contract'
import { MfaChallenge } from '#features/authenticators/log-in-contract'
import { type TokenSet, TrustedDevice } from '#features/sessions/contract'
import { openWorld, type TestSettings, type World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { stepAt, totpCode, wrongTotpCode } from '../../support/totp'
import { deviceTokenIn, tryLogIn } from '../accounts/lockouts'
import { logInWith, mailedBy, tokensOf, verifyEmail } from '../accounts/mailed'
import { ada } from '../people'

type Bearer = Pick<TokenSet, 'accessToken'>

const LoggedIn = z.looseObject({ accessToken: z.string() })

/** Problems of second factors, as answers show them. */
export const invalidCode = { status: 400, body: { code: 'invalid_code' } }
export const invalidChallenge = { status: 400, body: { code: 'invalid_challenge' } }
export const isFactorLocked = { status: 423, body: { code: 'second_factor_locked' } }
export const needsStepUp = { status: 401, body: { code: 'insufficient_user_authentication' } }

/** The code that an app shows now, or so many steps away. */
export const codeOf = (world: World, secret: string, stepsAway = 0): string =>
  totpCode(secret, stepAt(world.clock.now()) + stepsAway)

/** Six digits that it does not show about now. */
export const wrongCodeOf = (world: World, secret: string, distance = 1): string =>
  wrongTotpCode(secret, stepAt(world.clock.now()), distance)

/** Moves the clock to where every code so far is used and a new one is shown. */
export const nextStep = (world: World): void => world.advance(30)

export const beginTotp = (world: World, { accessToken: token }: Bearer, name?: string) =>
  world.send('POST /v1/me/mfa/totp', { token, json: name === undefined ? {} : { name } })

export const confirmTotp = (world: World, { accessToken: token }: Bearer, code: string) =>
  world.send('POST /v1/me/mfa/totp/confirm', { token, json: { code } })

export const secretIn = ({ body }: Answer): string => TotpSecret.parse(body).secret

export const recoveryCodesIn = ({ body }: Answer): string[] => RecoveryCodes.parse(body).recoveryCodes ?? []

/** Sets up an app whose current code is used up by that. */
export const addTotp = async (world: World, caller: Bearer, name?: string) => {
  const secret = secretIn(await beginTotp(world, caller, name))
  const confirmed = await confirmTotp(world, caller, codeOf(world, secret))
  return { secret, recoveryCodes: recoveryCodesIn(confirmed) }
}

/** Somebody's first session, of an account whose address is proved. */
export const registerProved = async (world: World, person = ada): Promise<TokenSet> => {
  await world.send('POST /v1/auth/register', { json: person })
  await world.settle()
  await verifyEmail(world, mailedBy(world, 'verify-email').token)
  return tokensOf(await logInWith(world, person.password, person.email))
}

/** Ada is logged in, and her address is proved. */
export const openProvedWorld = async (settings: TestSettings = {}) => {
  const world = await openWorld(settings)
  return { world, session: await registerProved(world) }
}

/** The same, and she has set up an app; a code of it that is new is shown. */
export const openTotpWorld = async (settings: TestSettings = {}) => {
  const { world, session } = await openProvedWorld(settings)
  const { secret, recoveryCodes } = await addTotp(world, session)
  await world.settle()
  nextStep(world)
  return { world, session, secret, recoveryCodes }
}

/** The challenge that a log-in was answered with. */
export const challengeIn = ({ body }: Answer) => MfaChallenge.parse(body).challenge

/** Whether a log-in gave tokens, or a challenge. */
export const outcomeOf = ({ status, body }: Answer): string | number => {
  if (status !== 200) return status
  return LoggedIn.safeParse(body).success ? 'session' : 'challenge'
}

/** Logs in by password as far as the challenge. */
export const challenge = async (world: World, { email, password } = ada, headers: Record<string, string> = {}) =>
  challengeIn(await logInWith(world, password, email, headers))

export const verify = (world: World, challengeToken: string, json: object, headers: Record<string, string> = {}) =>
  world.send('POST /v1/auth/mfa/verify', { json: { challengeToken, ...json }, headers })

export const verifyTotp = (world: World, challengeToken: string, code: string, more: object = {}) =>
  verify(world, challengeToken, { method: 'totp', code, ...more })

export const verifyRecoveryCode = (world: World, challengeToken: string, code: string) =>
  verify(world, challengeToken, { method: 'recovery_code', code })

/** Logs in by password and the code that is shown now. */
export const logInWithTotp = async (world: World, secret: string, more: object = {}): Promise<Answer> =>
  verifyTotp(world, (await challenge(world)).token, codeOf(world, secret), more)

export const stepUp = (world: World, { accessToken: token }: Bearer, json: object) =>
  world.send('POST /v1/auth/step-up', { token, json })

export const mfaStateOf = async (world: World, { accessToken: token }: Bearer): Promise<MfaState> =>
  MfaState.parse((await world.send('GET /v1/me/mfa', { token })).body)

/** What a person sees of the devices that they trust. */
export const listTrustedDevices = async (world: World, token: string, query = '') =>
  pageOf(TrustedDevice).parse((await world.send(`GET /v1/me/trusted-devices${query}`, { token })).body)

/** Ada’s app, a session of hers and a device that she trusts. */
export const openTrustedWorld = async (settings = {}) => {
  const opened = await openTotpWorld(settings)
  const answer = await logInWithTotp(opened.world, opened.secret, { trustDevice: true })
  nextStep(opened.world)
  return { ...opened, device: deviceTokenIn(answer), token: opened.session.accessToken }
}

/** Whether a log-in by password on a device gave tokens, or a challenge. */
export const logInOnDevice = async (world: World, device: string, password = ada.password, email = ada.email) =>
  outcomeOf(await tryLogIn(world, password, email, device))
