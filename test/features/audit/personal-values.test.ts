import { expect, test } from 'bun:test'
import { openWorld } from '../../platform'
import { ada, logIn, mailedToken, refresh, registerAndLogIn } from '../people'
import { listEvents } from './events'

const changes = {
  name: 'Augusta Ada King',
  bio: 'Countess of Lovelace',
  phone: '+442071838750',
  address: { streetAddress: 'Dorset Street 12', locality: 'London', country: 'Britain' },
  locale: 'en-GB',
  timeZone: 'Europe/London',
  website: 'https://lovelace.example',
}

/** A life of an account in which everything happens that is recorded or logged; returns what must stay private. */
const liveThrough = async () => {
  const world = await openWorld()
  const first = await registerAndLogIn(world)
  const token = first.accessToken
  const verificationToken = mailedToken(world)
  await world.send('POST /v1/auth/login', { json: { email: ada.email, password: 'a wrong guess at it' } })
  await world.send('POST /v1/auth/login', { json: { email: 'nobody@example.org', password: ada.password } })
  await world.send('POST /v1/auth/register', { json: ada })
  await world.send('POST /v1/auth/register', { json: { ...ada, password: 'short', role: 'administrator' } })
  await world.send('PATCH /v1/me', { token, json: changes })
  await world.send('PATCH /v1/me', { token, json: { website: 'not a website' } })
  await world.send('POST /v1/auth/email/verify', { token, json: { token: verificationToken } })
  await world.send('POST /v1/auth/email/verify', { json: { token: verificationToken } })
  const second = await refresh(world, first)
  const third = await logIn(world)
  await world.send(`DELETE /v1/sessions/${third.sessionId}`, { token: second.accessToken })
  await world.send('DELETE /v1/sessions', { token: second.accessToken })
  world.advance(31)
  await world.send('POST /v1/auth/refresh', { json: { refreshToken: first.refreshToken } })
  await world.send('POST /v1/auth/logout', { token: second.accessToken })
  await world.send(`GET /verify-email?token=${verificationToken}`)
  await world.send(`GET /v1/unknown/${verificationToken}`)
  await world.settle()
  const { address, ...texts } = changes
  const secrets = [first, second, third].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])
  const signatures = secrets.map((secret) => secret.slice(-40))
  const personal = [ada.email, 'nobody@example.org', ada.name, ...Object.values(texts), ...Object.values(address)]
  const passwords = [ada.password, 'a wrong guess at it', 'short', 'not a website', 'readable$']
  return { world, secret: [verificationToken, ...secrets, ...signatures, ...personal, ...passwords] }
}

test('no event holds an e-mail address, a password, a token or a value of a profile', async () => {
  const { world, secret } = await liveThrough()
  const events = await listEvents(world)
  expect(events.length).toBeGreaterThan(10)
  const recorded = JSON.stringify(events)
  expect(secret.filter((value) => recorded.includes(value))).toEqual([])
})

test('no log line holds an e-mail address, a password, a token or a value of a profile', async () => {
  const { world, secret } = await liveThrough()
  expect(world.logs.length).toBeGreaterThan(15)
  const logged = JSON.stringify(world.logs)
  expect(secret.filter((value) => logged.includes(value))).toEqual([])
})

test('no statement has a value written into its text', async () => {
  const { world, secret } = await liveThrough()
  const texts = world.statements.join('\n')
  expect(secret.filter((value) => texts.includes(value))).toEqual([])
})
