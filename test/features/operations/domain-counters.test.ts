import { describe, expect, test } from 'bun:test'
import { openWorld } from '../../platform'
import { bindPasskey, ceremoniesOf } from '../../support/passkey-ceremonies'
import { fail, tryLogIn, wrongGuess } from '../accounts/lockouts'
import { askForLogIn, logInByCode, logInByLink, mailedBy, wrongCode } from '../accounts/mailed'
import {
  challenge,
  codeOf,
  openProvedWorld,
  openTotpWorld,
  stepUp,
  verifyTotp,
  wrongCodeOf,
} from '../authenticators/second-factors'
import { toDoor } from '../authenticators/world-door'
import { comeBackAs, exchangeIn, goToProvider, openFederatedWorld } from '../federation/federated-world'
import { ada, grace, refresh, registerAndLogIn } from '../people'
import { measured } from './measured'

const auth = /^auth_/

test('a registration counts once, and one of an address that is taken as refused', async () => {
  const { world, moved } = measured(await openWorld())
  const register = () => world.send('POST /v1/auth/register', { json: ada })
  expect(await moved(auth, register)).toEqual({ 'auth_registrations_total{outcome=succeeded}': 1 })
  expect(await moved(auth, register)).toEqual({ 'auth_registrations_total{outcome=refused}': 1 })
})

test('where an address must be proved first, a taken one looks the same here too', async () => {
  const { world, moved } = measured(await openWorld({ EMAIL_VERIFICATION: 'required' }))
  const register = () => world.send('POST /v1/auth/register', { json: ada })
  for (const attempt of [register, register]) {
    expect(await moved(auth, attempt)).toEqual({ 'auth_registrations_total{outcome=succeeded}': 1 })
  }
})

test('a log-in by password counts once, by what came of it', async () => {
  const opened = await openProvedWorld({ EMAIL_VERIFICATION: 'required' })
  const { world, moved } = measured(opened.world)
  const key = (outcome: string) => `auth_logins_total{method=password,outcome=${outcome}}`
  expect(await moved(auth, () => tryLogIn(world, ada.password))).toEqual({ [key('succeeded')]: 1 })
  expect(await moved(auth, () => tryLogIn(world, wrongGuess))).toEqual({ [key('refused')]: 1 })
  expect(await moved(auth, () => tryLogIn(world, wrongGuess, 'nobody@example.com'))).toEqual({ [key('refused')]: 1 })
  await world.send('POST /v1/auth/register', { json: grace })
  expect(await moved(auth, () => tryLogIn(world, grace.password, grace.email))).toEqual({ [key('unverified')]: 1 })
})

test('the failure that locks is one lock, and log-ins meanwhile are locked out', async () => {
  const opened = await openProvedWorld()
  const { world, moved } = measured(opened.world)
  expect(await moved(/lockouts/, () => fail(world, 4))).toEqual({})
  expect(await moved(/lockouts/, () => fail(world, 1))).toEqual({ 'auth_lockouts_total{scope=account}': 1 })
  expect(await moved(auth, () => tryLogIn(world, ada.password))).toEqual({
    'auth_logins_total{method=password,outcome=locked}': 1,
  })
})

test('a log-in by mail counts once, as a link or as a code', async () => {
  const opened = await openProvedWorld()
  const { world, moved } = measured(opened.world)
  await askForLogIn(world)
  const { code } = mailedBy(world, 'log-in')
  const key = (method: string, outcome: string) => `auth_logins_total{method=${method},outcome=${outcome}}`
  expect(await moved(auth, () => logInByCode(world, wrongCode(code)))).toEqual({ [key('email_code', 'refused')]: 1 })
  expect(await moved(auth, () => logInByCode(world, code))).toEqual({ [key('email_code', 'succeeded')]: 1 })
  await askForLogIn(world)
  const { token } = mailedBy(world, 'log-in')
  expect(await moved(auth, () => logInByLink(world, token))).toEqual({ [key('email_link', 'succeeded')]: 1 })
  expect(await moved(auth, () => logInByLink(world, token))).toEqual({ [key('email_link', 'refused')]: 1 })
})

test('who must show a second factor is challenged, and then lets it be counted', async () => {
  const opened = await openTotpWorld()
  const { world, moved } = measured(opened.world)
  const { secret } = opened
  const challenged = { 'auth_logins_total{method=password,outcome=challenged}': 1 }
  expect(await moved(auth, () => challenge(world))).toEqual(challenged)
  const { token } = await challenge(world)
  expect(await moved(auth, () => verifyTotp(world, token, wrongCodeOf(world, secret)))).toEqual({
    'auth_mfa_total{method=totp,outcome=refused}': 1,
    'auth_logins_total{method=second_factor,outcome=refused}': 1,
  })
  expect(await moved(auth, () => verifyTotp(world, token, codeOf(world, secret)))).toEqual({
    'auth_mfa_total{method=totp,outcome=succeeded}': 1,
    'auth_logins_total{method=second_factor,outcome=succeeded}': 1,
  })
})

test('a step-up is a second factor, and no log-in', async () => {
  const { world: before, session, secret } = await openTotpWorld()
  const { world, moved } = measured(before)
  const shown = { method: 'totp', code: codeOf(world, secret) }
  expect(await moved(/mfa|logins/, () => stepUp(world, session, shown))).toEqual({
    'auth_mfa_total{method=totp,outcome=succeeded}': 1,
  })
})

test('a log-in by passkey counts once', async () => {
  const opened = await openProvedWorld()
  const { world, moved } = measured(opened.world)
  const door = toDoor(world)
  const { authenticator } = await bindPasskey(door, opened.session)
  const { options, finish } = await ceremoniesOf(door, ada, opened.session)['log-in'].begin()
  const answer = await authenticator.assert(options)
  expect(await moved(auth, () => finish(answer))).toEqual({ 'auth_logins_total{method=passkey,outcome=succeeded}': 1 })
  expect(await moved(auth, () => finish(answer))).toEqual({ 'auth_logins_total{method=passkey,outcome=refused}': 1 })
})

describe('a log-in by way of another provider', () => {
  test('counts for the provider as it comes back, and as a log-in when its code is exchanged', async () => {
    const opened = await openFederatedWorld()
    const { world, moved } = measured(opened.world, { providers: opened.acme.providers })
    const flow = await goToProvider(world)
    expect(await moved(auth, () => flow.comeBack({ error: 'access_denied' }))).toEqual({
      'auth_oauth_logins_total{provider=acme,outcome=denied}': 1,
    })
    expect(await moved(auth, () => flow.comeBack())).toEqual({
      'auth_oauth_logins_total{provider=acme,outcome=refused}': 1,
    })
    let returned: Awaited<ReturnType<typeof comeBackAs>> | undefined
    const comeBack = async () => {
      returned = await comeBackAs({ ...opened, world })
    }
    expect(await moved(auth, comeBack)).toEqual({ 'auth_oauth_logins_total{provider=acme,outcome=succeeded}': 1 })
    const exchange = async () => returned && exchangeIn(world, returned)
    expect(await moved(auth, exchange)).toEqual({
      'auth_registrations_total{outcome=succeeded}': 1,
      'auth_logins_total{method=federation,outcome=succeeded}': 1,
    })
    expect(await moved(auth, exchange)).toEqual({ 'auth_logins_total{method=federation,outcome=refused}': 1 })
  })

  test('counts for no provider that there is not', async () => {
    const opened = await openFederatedWorld()
    const { world, moved } = measured(opened.world, { providers: opened.acme.providers })
    const act = () =>
      world.send('POST /v1/auth/oauth/evil/token', { json: { idToken: 'x', nonce: 'a nonce of an app' } })
    expect(await moved(/oauth_logins/, act)).toEqual({})
  })
})

test('a token counts each time that it is looked at, by what is wrong with it', async () => {
  const { world, moved } = measured(await openWorld())
  const { accessToken: token } = await registerAndLogIn(world)
  const ask = (given: string) => () => world.send('GET /v1/me', { token: given })
  const key = (outcome: string) => `auth_token_validations_total{outcome=${outcome}}`
  expect(await moved(auth, ask(token))).toEqual({ [key('valid')]: 1 })
  expect(await moved(auth, ask(`${token.slice(0, -8)}AAAAAAAA`))).toEqual({ [key('invalid')]: 1 })
  world.advance(3600)
  expect(await moved(auth, ask(token))).toEqual({ [key('expired')]: 1 })
})

test('a refresh counts once, and a token that was used before as reuse', async () => {
  const { world, moved } = measured(await openWorld())
  const first = await registerAndLogIn(world)
  expect(await moved(auth, () => refresh(world, first))).toEqual({ 'auth_refreshes_total{outcome=succeeded}': 1 })
  world.advance(31)
  const json = { refreshToken: first.refreshToken }
  const again = () => world.send('POST /v1/auth/refresh', { json })
  expect(await moved(auth, again)).toEqual({
    'auth_refreshes_total{outcome=refused}': 1,
    'auth_refresh_reuse_total{}': 1,
  })
  expect(await moved(auth, again)).toEqual({ 'auth_refreshes_total{outcome=refused}': 1 })
})

test('limits, mails and jobs count what became of them', async () => {
  const { world, moved } = measured(await openWorld({ RATE_LIMITS: 'on', RATE_LIMIT_OVERRIDES: 'register=1/60' }))
  const register = (person = ada) => world.send('POST /v1/auth/register', { json: person })
  const admitted = await moved(/ratelimit/, () => register())
  expect(admitted).toMatchObject({ 'ratelimit_decisions_total{limit=register,outcome=admitted}': 1 })
  expect(await moved(/ratelimit|registrations/, () => register(grace))).toEqual({
    'ratelimit_decisions_total{limit=register,outcome=refused}': 1,
    'auth_registrations_total{outcome=limited}': 1,
  })
  expect(await moved(/mail|jobs/, () => world.settle())).toEqual({
    'mail_total{outcome=sent}': 1,
    'jobs_finished_total{queue=send-registration-mail,outcome=completed}': 1,
  })
})

test('what is done without a dependency counts', async () => {
  const { world, moved } = measured(await openWorld({ RATE_LIMITS: 'on' }))
  const limiter = { take: async () => ({ outcome: 'unavailable' }) as const }
  const another = world.startAnother({}, { limiter, telemetry: world.platform.telemetry })
  expect(await moved(/degraded/, () => another.send('GET /v1/me'))).toEqual({
    'degraded_total{dependency=redis,mode=local}': 1,
  })
})
