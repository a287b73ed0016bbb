import { expect, test } from 'bun:test'
import { Mailbox } from '#features/notifications/contract'
import { createMailer } from '#platform/mailer'
import { ada, grace, mailedToken, registerAndLogIn } from '../features/people'
import { openWorld, type TestSettings, type World } from '../platform'

/** An instance whose mails go where the configuration says. */
const withConfiguredMailer = (world: World, settings: TestSettings = {}) => {
  const { config, platform, db, clock } = world.startAnother(settings)
  return world.startAnother(settings, { mailer: createMailer(config, db, clock, platform.ids) })
}

const mailboxOf = async (world: World, query = '') =>
  Mailbox.parse((await world.send(`GET /dev/mailbox${query}`)).body).items

test('without a provider mails are kept in the development mailbox, newest first', async () => {
  const world = withConfiguredMailer(await openWorld())
  await registerAndLogIn(world, ada)
  world.advance(1)
  await registerAndLogIn(world, grace)
  const items = await mailboxOf(world)
  expect(items.map(({ to }) => to)).toEqual([grace.email, ada.email])
  expect(items[0]).toMatchObject({ template: 'verify-email', sentAt: world.clock.now().toISOString() })
  expect(await mailboxOf(world, `?to=${ada.email}`)).toEqual(items.slice(1))
})

test('the token in the mailbox works as the one in a mail does', async () => {
  const world = withConfiguredMailer(await openWorld())
  await registerAndLogIn(world, ada)
  const [mail] = await mailboxOf(world)
  const answer = await world.send('POST /v1/auth/email/verify', { json: { token: mail?.data.token } })
  expect(answer.status).toBe(200)
})

test('the mailbox is a page for people who ask for HTML, in which no mail can run a script', async () => {
  const world = withConfiguredMailer(await openWorld())
  await registerAndLogIn(world, { ...ada, name: '<img src=x onerror=alert(1)>' })
  const page = await world.send('GET /dev/mailbox', { headers: { accept: 'text/html,*/*;q=0.8' } })
  expect(page.headers.get('content-type')).toStartWith('text/html')
  expect(page.text).toContain('sandbox="allow-top-navigation-by-user-activation"')
  expect(page.text).not.toContain('<img')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('in production there is no mailbox, whatever is in its table', async () => {
  const world = withConfiguredMailer(await openWorld())
  await registerAndLogIn(world, ada)
  const production = world.startAnother({
    ENVIRONMENT: 'production',
    DATABASE_URL: 'postgres://postern@db.example.com/postern',
    RESEND_API_KEY: 're_key',
    RATE_LIMITS: 'on',
  })
  for (const path of ['/dev/mailbox', `/dev/mailbox?to=${ada.email}`]) {
    expect(await production.send(`GET ${path}`)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
})

test('with a provider nothing is kept', async () => {
  const taken: unknown[] = []
  const provider = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      taken.push(await request.json())
      return Response.json({ id: 'mail' })
    },
  })
  const settings = { RESEND_API_KEY: 're_key', RESEND_BASE_URL: provider.url.origin }
  const world = withConfiguredMailer(await openWorld(), settings)
  await registerAndLogIn(world, ada)
  await provider.stop(true)
  expect(taken).toMatchObject([{ to: ada.email, from: 'Postern <postern@localhost>' }])
  expect(await mailboxOf(world)).toEqual([])
  expect(() => mailedToken(world)).toThrow()
})
