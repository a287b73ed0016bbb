import { expect, test } from 'bun:test'
import { openWorld, solvedChallenge, type World } from '../../platform'
import { ada } from '../people'
import { deviceTokenIn, failuresIn, knownDevice, openAdasWorld, tryLogIn } from './lockouts'
import { askForLogIn, logInByLink, mailedBy, mailedTemplates, wrongCode } from './mailed'

const challenged = { CAPTCHA_PROVIDER: 'turnstile', CAPTCHA_SECRET: 'secret', CAPTCHA_SITE_KEY: 'key' } as const
const owner = { email: 'owner@example.com', password: ada.password }

/** Somebody at another address, who is counted by the same limiter. */
const strangerIn = ({ startAnother, platform: { limiter } }: World) =>
  startAnother({}, { limiter, remoteAddress: () => '198.51.100.9' })

const times = async (count: number, send: () => Promise<{ status: number }>) => {
  const statuses: number[] = []
  for (let step = 0; step < count; step += 1) statuses.push((await send()).status)
  return statuses
}

test('registrations that are refused use up nothing of the address that they name', async () => {
  const world = await openWorld({ RATE_LIMITS: 'on', EMAIL_VERIFICATION: 'required' })
  const stranger = strangerIn(world)
  const named = { ...owner, name: 'Not the owner' }
  await times(5, () => stranger.send('POST /v1/auth/register', { json: { ...named, email: 'other@example.com' } }))
  const refusals = await times(20, () => stranger.send('POST /v1/auth/register', { json: named }))
  expect(new Set(refusals)).toEqual(new Set([429]))
  await world.send('POST /v1/auth/register', { json: owner })
  await world.settle()
  expect(mailedTemplates(world)).toContain('verify-email → owner@example.com')
})

test('without a solved challenge nobody uses up the mails of an address', async () => {
  const world = await openWorld({ ...challenged, RATE_LIMITS: 'on', EMAIL_VERIFICATION: 'required' })
  const stranger = strangerIn(world)
  const solved = { captchaToken: solvedChallenge }
  for (const [route, json, accepted] of [
    ['POST /v1/auth/register', owner, 202],
    ['POST /v1/auth/password/forgot', { email: owner.email }, 202],
    ['POST /v1/auth/email-link', { email: owner.email }, 202],
    ['POST /v1/auth/email/verify/resend', { email: owner.email }, 202],
  ] as const) {
    const refusals = await times(8, () => stranger.send(route, { json }))
    expect({ route, refusals: new Set(refusals) }).toEqual({ route, refusals: new Set([403]) })
    expect((await world.send(route, { json: { ...json, ...solved } })).status).toBe(accepted)
    await world.settle()
  }
  expect(world.outbox.map(({ template }) => template)).toEqual([
    'verify-email',
    'reset-password',
    'log-in',
    'verify-email',
  ])
})

test('who asks without a challenge is counted all the same', async () => {
  const world = await openWorld({ ...challenged, RATE_LIMITS: 'on' })
  const forget = () => world.send('POST /v1/auth/password/forgot', { json: { email: owner.email } })
  expect(await times(61, forget)).toEqual([...Array<number>(60).fill(403), 429])
})

test('tries of others use up none of the tries at a code that a known device has', async () => {
  const { world } = await openAdasWorld({ RATE_LIMITS: 'on' })
  const device = await knownDevice(world)
  await askForLogIn(world)
  const { code } = mailedBy(world, 'log-in')
  const guess = { json: { email: ada.email, code: wrongCode(code) } }
  const statuses = await times(11, () => strangerIn(world).send('POST /v1/auth/email-link/consume', guess))
  expect(statuses).toEqual([400, 400, 400, 400, 400, 423, 423, 423, 423, 423, 429])
  const own = { json: { email: ada.email, code }, headers: { 'device-token': device } }
  expect((await world.send('POST /v1/auth/email-link/consume', own)).status).toBe(200)
})

test('devices of whoever registered an address before its owner proved it are strangers then', async () => {
  const world = await openWorld()
  const devices = [deviceTokenIn(await world.send('POST /v1/auth/register', { json: ada }))]
  for (let count = 0; count < 3; count += 1) devices.push(await knownDevice(world))
  world.advance(60)
  await askForLogIn(world)
  await logInByLink(world, mailedBy(world, 'log-in').token)
  await askForLogIn(world)
  const { code } = mailedBy(world, 'log-in')
  const statuses: number[] = []
  for (const device of devices) {
    const guess = { json: { email: ada.email, code: wrongCode(code) }, headers: { 'device-token': device } }
    statuses.push(...(await times(2, () => world.send('POST /v1/auth/email-link/consume', guess))))
  }
  expect(statuses).toEqual([400, 400, 400, 400, 400, 423, 423, 423])
  expect(await failuresIn(world)).toEqual({ account: 8 })
})

test('headers don’t tell a stranger whether somebody else asked for mail to an address, or tried a code', async () => {
  const world = await openWorld({ RATE_LIMITS: 'on' })
  await world.send('POST /v1/auth/password/forgot', { json: { email: ada.email } })
  await world.send('POST /v1/auth/email-link/consume', { json: { email: ada.email, code: '000000' } })
  world.advance(30)
  const [known, unknown] = await Promise.all(
    [ada.email, 'nobody@example.com'].map((email) =>
      world
        .startAnother({}, { limiter: world.platform.limiter, remoteAddress: () => `2001:db8:${email.length}::1` })
        .send('POST /v1/auth/password/forgot', { json: { email } }),
    ),
  )
  const told = (headers: Headers | undefined) => [...(headers ?? [])].filter(([name]) => name.startsWith('ratelimit'))
  expect(told(known?.headers)).toEqual(told(unknown?.headers))
  expect(known?.headers.get('ratelimit')).toBe('"address";r=59;t=60')
  expect((await tryLogIn(world, 'x')).headers.get('ratelimit')).toBe('"logIn";r=9;t=60')
})
