import { expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import {
  askForEmailChange,
  askForLogIn,
  askForReset,
  changePassword,
  confirmEmail,
  logInByCode,
  logInByLink,
  logInWith,
  mailedBy,
  mailOf,
  resetPassword,
  tokensOf,
  wrongCode,
} from '../accounts/mailed'
import { findSecrets } from '../find-secrets'
import { nobodyThere, scriptMailer } from '../notifications/scripted-mailer'
import { ada, logIn, mailedToken, refresh, registerAndLogIn } from '../people'
import { administerThrough } from './administered-life'
import { bulkThrough } from './bulk-life'
import { endThrough } from './ended-life'
import { listEvents } from './events'
import { keyThrough } from './keyed-life'
import { linkThrough } from './linked-life'
import { organizeThrough } from './organized-life'
import { profileThrough } from './profiled-life'
import { secureThrough } from './secured-life'
import { staffThrough } from './staffed-life'
import { joinThrough } from './tenant-life'

const changes = {
  name: 'Augusta Ada King',
  bio: 'Countess of Lovelace',
  phone: '+442071838750',
  address: { streetAddress: 'Dorset Street 12', locality: 'London', country: 'Britain' },
  locale: 'en-GB',
  timeZone: 'Europe/London',
  website: 'https://lovelace.example',
}

/** A life of an account with its sessions and its profile; returns what must stay private. */
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
  return { world, secrets: [verificationToken, ...secrets, ...signatures, ...personal, ...passwords] }
}

const passwords = { first: 'the first new password', second: 'the second new password' }
const addresses = { next: 'countess@example.org', last: 'augusta@example.net' }

/** What a provider without this address makes of a mail. */
const bounce = async (world: World, email: string) => {
  const { mailer } = scriptMailer(nobodyThere)
  const refusing = world.startAnother({}, { mailer })
  await askForReset(refusing, email)
}

/** A life of an account in which its owner recovers it and moves it in each way; returns what must stay private. */
const recoverThrough = async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  for (let tries = 0; tries < 5; tries += 1) await logInWith(world, 'a wrong guess at it')
  const lock = mailedBy(world, 'account-locked')
  await world.send('POST /v1/auth/unlock', { json: { token: lock.token } })
  await askForLogIn(world)
  const first = mailedBy(world, 'log-in')
  await logInByCode(world, wrongCode(first.code))
  await logInByCode(world, first.code, 'nobody@example.org')
  await logInByLink(world, first.token)
  await logInByLink(world, first.token)
  await askForReset(world)
  const reset = mailedBy(world, 'reset-password')
  await resetPassword(world, reset.token, 'short')
  await resetPassword(world, reset.token, passwords.first)
  await askForLogIn(world)
  const second = mailedBy(world, 'log-in')
  const elsewhere = world.startAnother({}, { remoteAddress: () => '198.51.100.7' })
  const { accessToken } = tokensOf(await logInByCode(elsewhere, second.code))
  await changePassword(world, accessToken, 'a wrong guess at it', passwords.second)
  await changePassword(world, accessToken, passwords.first, passwords.second)
  await askForEmailChange(world, accessToken, addresses.next)
  const change = mailedBy(world, 'confirm-email')
  await confirmEmail(world, change.token)
  await askForEmailChange(world, accessToken, addresses.last)
  await bounce(world, addresses.next)
  expect(mailOf(world, 'new-device').to).toBe(ada.email)
  const mailed = [lock, first, second, reset, change, mailedBy(world, 'confirm-email')]
  const values = mailed.flatMap(({ token, link, code }) => [token, link, code]).filter((value) => value !== '')
  const personal = [ada.email, 'nobody@example.org', ada.name, ...Object.values(addresses)]
  const secrets = [
    ...values,
    ...personal,
    ada.password,
    ...Object.values(passwords),
    'a wrong guess at it',
    'readable$',
  ]
  return { world, secrets: [...secrets, accessToken, accessToken.slice(-40)] }
}

for (const [life, live] of [
  ['the life of an account', liveThrough],
  ['its recovery', recoverThrough],
  ['its second factors', secureThrough],
  ['its accounts elsewhere', linkThrough],
  ['its profile', profileThrough],
  ['staff', staffThrough],
  ['its organization', organizeThrough],
  ['its keys', keyThrough],
  ['what staff do', administerThrough],
  ['what staff do to many', bulkThrough],
  ['its end', endThrough],
  ['its organizations', joinThrough],
] as const) {
  test(`no event of ${life} holds an e-mail address, a password, a token, a code or a value of a profile`, async () => {
    const { world, secrets } = await live()
    const events = await listEvents(world)
    expect(events.length).toBeGreaterThan(10)
    expect(findSecrets(JSON.stringify(events), secrets)).toEqual([])
  })

  test(`no log line of ${life} holds one either`, async () => {
    const { world, secrets } = await live()
    expect(world.logs.length).toBeGreaterThan(15)
    expect(findSecrets(JSON.stringify(world.logs), secrets)).toEqual([])
  })

  test(`no statement of ${life} has a value written into its text`, async () => {
    const { world, secrets } = await live()
    expect(findSecrets(world.statements.join('\n'), secrets)).toEqual([])
  })
}

const outsideLives = /^(signing_key\.|audit\.expired$|audit\.seals_lost$|database\.restored$)/

test('these lives have everything in them that the contract says is recorded, but what concerns keys, months and restores', async () => {
  const contract = await Bun.file(new URL('../../../src/features/audit/contract.ts', import.meta.url)).text()
  const declared = [...contract.matchAll(/^ {2}'([\w.]+)':/gm)].map(([, type = '']) => type)
  expect(declared.length).toBeGreaterThan(15)
  const recorded: string[] = []
  for (const live of [
    liveThrough,
    recoverThrough,
    secureThrough,
    linkThrough,
    profileThrough,
    endThrough,
    joinThrough,
    staffThrough,
    administerThrough,
    bulkThrough,
    organizeThrough,
    keyThrough,
  ]) {
    const { world } = await live()
    recorded.push(...(await listEvents(world)).map(({ type }) => type))
  }
  expect(declared.filter((type) => !recorded.includes(type) && !outsideLives.test(type))).toEqual([])
})
