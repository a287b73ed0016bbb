import { expect, test } from 'bun:test'
import type { JobContext } from '#core/context'
import { emailTokens } from '#db/schema/accounts'
import { messages } from '#db/schema/notifications'
import { sendResetMail } from '#features/accounts/send-reset-mail'
import { completed } from '#features/jobs/contract'
import { listMessages } from '#features/notifications/list-messages'
import { openWorld, type World } from '../../platform'
import { logInByCode, resetPassword } from '../accounts/mailed'
import { listEvents } from '../audit/events'
import { findSecrets } from '../find-secrets'
import { listRecords } from '../jobs/queue'
import { ada, grace, registerAndLogIn } from '../people'
import { addProvedPerson, askForReset, later, never, scriptMailer, workOnce } from './scripted-mailer'

const asks = {
  'a verification': (world: World) => world.send('POST /v1/auth/register', { json: grace }),
  'a reset': (world: World) => askForReset(world),
  'a log-in': (world: World) => world.send('POST /v1/auth/email-link', { json: { email: ada.email } }),
  'a new address': (world: World, token: string) =>
    world.send('POST /v1/me/email/change', { token, json: { newEmail: 'new@example.com' } }),
} satisfies Record<string, (world: World, token: string) => Promise<unknown>>

/** All that is stored or logged, but the tables that hold the person themselves. */
const everythingOf = async (world: World) =>
  JSON.stringify([
    await world.db.select().from(messages),
    await world.db.select().from(emailTokens),
    await listRecords(world),
    await listEvents(world),
    world.logs,
  ])

for (const [what, ask] of Object.entries(asks)) {
  test(`while the mail for ${what} waits nobody reads its token, its link, its code or a name anywhere`, async () => {
    const world = await openWorld()
    const { accessToken } = await addProvedPerson(world)
    const { tries, mailer } = scriptMailer(later, later, later)
    const instance = world.startAnother({}, { mailer })
    await ask(instance, accessToken)
    await workOnce(instance)
    await workOnce(instance)
    const values = Object.entries(tries[0]?.data ?? {})
    const secrets = values
      .filter(([name]) => ['token', 'link', 'code', 'name'].includes(name))
      .map(([, value]) => value)
    expect(secrets.length).toBeGreaterThanOrEqual(3)
    const waiting = await everythingOf(world)
    expect(findSecrets(waiting, secrets)).toEqual([])
    expect((await world.db.select().from(messages)).some(({ sealedValues }) => sealedValues !== null)).toBe(true)
    for (const _ of [1, 2, 3, 4]) await workOnce(instance)
    expect((await world.db.select().from(messages)).map(({ sealedValues }) => sealedValues)).not.toContainEqual(
      expect.any(String),
    )
    const sent = await everythingOf(world)
    expect(findSecrets(sent, secrets)).toEqual([])
  })
}

const old = 'the secret that is about to be replaced'
const fresh = 'the secret that takes its place from now'

test('a mail that was sealed by an older version of SECRET is sent as it was', async () => {
  const world = await openWorld({ SECRET: old })
  await addProvedPerson(world)
  await world.send('POST /v1/auth/email-link', { json: { email: ada.email } })
  const { tries, mailer } = scriptMailer(later)
  await workOnce(world.startAnother({}, { mailer }))
  const rotated = world.startAnother({ SECRET: `${fresh},${old}` }, { mailer })
  await workOnce(rotated)
  expect(tries).toEqual(Array(2).fill(tries[0]))
  expect((await logInByCode(rotated, String(tries[0]?.data.code))).status).toBe(200)
})

test('a mail whose SECRET is gone is not sent, waits for it, and says why', async () => {
  const world = await openWorld({ SECRET: old })
  await addProvedPerson(world)
  await askForReset(world)
  const { tries, mailer } = scriptMailer(later)
  await workOnce(world.startAnother({}, { mailer }))
  await workOnce(world.startAnother({ SECRET: fresh }, { mailer }))
  expect(tries).toHaveLength(1)
  expect(await world.db.select().from(messages)).toMatchObject([
    { state: 'queued', attempts: 2, failure: expect.stringContaining('which is not configured') },
  ])
  await workOnce(world.startAnother({ SECRET: `${fresh},${old}` }, { mailer }))
  expect(tries).toEqual(Array(2).fill(tries[0]))
})

test('a mail is sealed for its own job: moved to another, it does not open', async () => {
  const world = await openWorld()
  await addProvedPerson(world)
  const { tries, mailer } = scriptMailer(later, later)
  const instance = world.startAnother({}, { mailer })
  await askForReset(world)
  await workOnce(instance)
  const [first] = await world.db.select().from(messages)
  await world.db.run('delete from pgboss.job', [], 'objects')
  await world.db.delete(messages)
  await askForReset(world)
  await workOnce(instance)
  await world.db.update(messages).set({ sealedValues: String(first?.sealedValues) })
  await workOnce(instance)
  expect(tries).toHaveLength(2)
  expect(await world.db.select().from(messages)).toMatchObject([{ state: 'queued', attempts: 2 }])
})

/** A try of a new job on this instance. */
const jobContextOf = (world: World, instance: World): JobContext => ({
  ...instance.platform,
  request: world.contextOf({ kind: 'anonymous' }).request,
  actor: { kind: 'system', job: 'send-reset-mail' },
  job: { id: world.platform.ids.next(), causedAt: world.clock.now(), isLastTry: false },
})

test('a job that two workers have at once issues one token and sends one mail, twice under one key', async () => {
  const world = await openWorld()
  await addProvedPerson(world)
  const { tries, mailer } = scriptMailer()
  const ctx = jobContextOf(world, world.startAnother({}, { mailer }))
  const work = () => sendResetMail(ctx, { email: ada.email })
  expect(await Promise.all([work(), work(), work()])).toEqual([completed, completed, completed])
  expect(new Set(tries.map((mail) => JSON.stringify(mail))).size).toBe(1)
  expect((await listEvents(world)).filter(({ type }) => type === 'email_token.issued')).toHaveLength(2)
  expect((await resetPassword(world, String(tries[0]?.data.token), 'a wholly new password')).status).toBe(204)
})

for (const [state, outcome] of [
  ['sent', completed],
  ['failed', { state: 'rejected', reason: 'provider 422' }],
] as const) {
  test(`a mail that a faster worker has ${state} meanwhile is left as it is`, async () => {
    const world = await openWorld()
    await addProvedPerson(world)
    const { tries, mailer } = scriptMailer()
    const run: World['db']['run'] = async (text, values, rows) => {
      const result = await world.db.run(text, values, rows)
      const over = { state, sealedValues: null, failure: state === 'failed' ? 'provider 422' : null }
      if (text.includes('into message')) await world.db.update(messages).set(over)
      return result
    }
    const instance = world.startAnother({}, { mailer, db: { ...world.db, run } })
    expect(await sendResetMail(jobContextOf(world, instance), { email: ada.email })).toEqual(outcome)
    expect(tries).toEqual([])
    expect(await world.db.select().from(messages)).toMatchObject([{ state, attempts: 0, sealedValues: null }])
  })
}

for (const [locale, subject] of [
  ['de-AT', 'Passwort'],
  ['es', 'contraseña'],
  ['fr-CA', 'mot de passe'],
  ['ja', 'パスワード'],
  ['pt-BR', 'password'],
  [undefined, 'password'],
] as const) {
  test(`who reads ${locale ?? 'nobody knows what'} is written to in a language of ours`, async () => {
    const world = await openWorld()
    await world.send('POST /v1/auth/register', { json: { ...ada, ...(locale && { locale }) } })
    await world.settle()
    await askForReset(world)
    await world.settle()
    expect(world.outbox.at(-1)?.subject.toLowerCase()).toContain(subject.toLowerCase())
    const language = locale?.slice(0, 2).toLowerCase()
    expect((await world.db.select().from(messages)).at(-1)?.locale).toBe(
      language && language !== 'pt' ? language : 'en',
    )
  })
}

test('an operator sees what became of each mail, newest first, of all or of one address, and nothing that was in it', async () => {
  const world = await openWorld()
  await addProvedPerson(world)
  await registerAndLogIn(world, grace)
  const { mailer } = scriptMailer(never, later)
  const instance = world.startAnother({}, { mailer })
  for (const { email } of [ada, grace]) {
    world.advance(60)
    await askForReset(world, email)
    await workOnce(instance)
  }
  const ctx = world.contextOf({ kind: 'system', job: 'postern mail list' })
  const all = await listMessages(ctx, undefined)
  expect(all).toMatchObject([
    { recipient: grace.email, template: 'reset-password', state: 'queued', attempts: 1, failure: 'provider 503' },
    { recipient: ada.email, template: 'reset-password', state: 'failed', attempts: 1, failure: 'provider 422' },
    { recipient: grace.email, template: 'verify-email', state: 'sent', attempts: 1, failure: null },
  ])
  expect(JSON.stringify(all)).not.toMatch(/v1\.|token|link/)
  expect(await listMessages(ctx, ' ADA@example.com')).toEqual(all.slice(1, 2))
  expect(await listMessages(ctx, 'nobody@example.com')).toEqual([])
})
