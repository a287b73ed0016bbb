import { afterAll, expect, test } from 'bun:test'
import { parseConfig } from '#core/config'
import { Mailbox } from '#features/notifications/contract'
import { createBunMailer } from '#platform/bun-mailer'
import { createMailbox } from '#platform/mailbox'
import { createMailer } from '#platform/mailer'
import { openWorld, type TestSettings, type World } from '../platform'
import { startResendSink } from '../support/resend-sink'
import { startSmtpSink } from '../support/smtp-sink'
import { mail, newKey } from './a-mail'

const [provider, server] = [await startResendSink(), await startSmtpSink()]
afterAll(() => Promise.all([provider.stop(), server.stop()]))

const resend = { RESEND_API_KEY: 're_key', RESEND_BASE_URL: provider.url }
const smtp = { SMTP_URL: server.url }

const configOf = (settings: TestSettings) => {
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: 'the root secret of the test platform', ...settings })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  return parsed.config
}

const mailboxOf = async (world: World, query = '') =>
  Mailbox.parse((await world.send(`GET /dev/mailbox${query}`)).body).items

/** What each way out has taken so far. */
const takenBy = async (world: World) => ({
  resend: provider.mails().length,
  smtp: server.mails().length,
  mailbox: (await mailboxOf(world)).length,
})

const ways: [settings: TestSettings, way: 'resend' | 'smtp' | 'mailbox'][] = [
  [{}, 'mailbox'],
  [resend, 'resend'],
  [smtp, 'smtp'],
  [{ ...resend, ...smtp }, 'resend'],
]

for (const [settings, way] of ways) {
  test(`with ${Object.keys(settings).join(', ') || 'no provider'} a process on Bun mails by ${way} alone`, async () => {
    const world = await openWorld()
    const before = await takenBy(world)
    const { mailer, close } = await createBunMailer(configOf(settings), world.db, world.clock)
    expect(await mailer.send(mail, newKey())).toMatchObject({ state: 'sent' })
    close()
    expect(await takenBy(world)).toEqual({ ...before, [way]: before[way] + 1 })
  })
}

test('every other runtime mails by Resend, or keeps mails in the mailbox', async () => {
  const world = await openWorld()
  const before = await takenBy(world)
  for (const settings of [resend, {}]) {
    const outcome = await createMailer(configOf(settings), world.db, world.clock).send(mail, newKey())
    expect(outcome.state).toBe('sent')
  }
  expect(await takenBy(world)).toEqual({ ...before, resend: before.resend + 1, mailbox: 1 })
})

test('the mailbox shows mails as they were sent, newest first, all or those to one address', async () => {
  const world = await openWorld()
  const mailbox = createMailbox(world.db, world.clock)
  await mailbox.send(mail, world.platform.ids.next())
  world.advance(1)
  await mailbox.send({ ...mail, to: 'grace@example.com' }, world.platform.ids.next())
  const items = await mailboxOf(world)
  expect(items[0]).toEqual({ ...mail, to: 'grace@example.com', sentAt: world.clock.now().toISOString() })
  expect(items.map(({ to }) => to)).toEqual(['grace@example.com', mail.to])
  expect(await mailboxOf(world, `?to=${mail.to}`)).toEqual(items.slice(1))
})

test('the mailbox keeps a mail once, however often it is sent under its key', async () => {
  const world = await openWorld()
  const mailbox = createMailbox(world.db, world.clock)
  const key = world.platform.ids.next()
  expect(await mailbox.send(mail, key)).toEqual({ state: 'sent', providerId: null })
  expect(await mailbox.send(mail, key)).toEqual({ state: 'sent', providerId: null })
  expect(await mailboxOf(world)).toHaveLength(1)
})

test('the mailbox is a page for people who ask for HTML, in which no mail can run a script', async () => {
  const world = await openWorld()
  const html = '<html><head></head><img src=x onerror=alert(1)></html>'
  await createMailbox(world.db, world.clock).send({ ...mail, html }, world.platform.ids.next())
  const page = await world.send('GET /dev/mailbox', { headers: { accept: 'text/html,*/*;q=0.8' } })
  expect(page.headers.get('content-type')).toStartWith('text/html')
  expect(page.text).toContain('sandbox="allow-top-navigation-by-user-activation"')
  expect(page.text).not.toContain('<img')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('in production there is no mailbox, whatever is in its table', async () => {
  const world = await openWorld()
  await createMailbox(world.db, world.clock).send(mail, world.platform.ids.next())
  const production = world.startAnother({
    ENVIRONMENT: 'production',
    DATABASE_URL: 'postgres://postern@db.example.com/postern',
    RESEND_API_KEY: 're_key',
    REDIS_URL: 'redis://redis.example.com',
    RATE_LIMITS: 'on',
  })
  for (const path of ['/dev/mailbox', `/dev/mailbox?to=${mail.to}`]) {
    expect(await production.send(`GET ${path}`)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
})
