import { expect, test } from 'bun:test'
import { alreadyRegisteredMail } from '#features/notifications/templates/already-registered'
import { verifyEmailMail } from '#features/notifications/templates/verify-email'
import { openWorld } from '../../platform'
import { ada, mailedToken, registerAndLogIn, registerOnly } from '../people'

test('a registration mails one link to the new address, in the text and in the HTML', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const link = `https://id.example.com/verify-email#token=${mailedToken(world)}`
  expect(world.outbox).toMatchObject([
    {
      to: ada.email,
      subject: 'Prove your e-mail address',
      template: 'verify-email',
      data: { name: ada.name, link, token: mailedToken(world) },
    },
  ])
  const [mail] = world.outbox
  expect(mail?.text).toContain(`Hello ${ada.name},`)
  expect(mail?.text).toContain(link)
  expect(mail?.html).toContain(`href="${link}"`)
})

test('a person without a name is greeted without one', async () => {
  const world = await openWorld()
  const { email, password } = ada
  await world.send('POST /v1/auth/register', { json: { email, password } })
  await world.settle()
  expect(world.outbox[0]?.text).toStartWith('Hello,\n')
})

test('a name can’t bring markup into a mail', () => {
  const name = `<script>alert("x")</script><a href='https://evil.example'>&`
  const to = ada.email
  const mails = [
    verifyEmailMail({ to, name, link: 'https://id.example.com/#a="b"&c', token: 't' }),
    alreadyRegisteredMail({ to, name }),
  ]
  for (const { html, text } of mails) {
    expect(html).not.toContain('<script')
    expect(html).not.toContain("<a href='https://evil.example'")
    expect(html).toContain(
      '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&lt;a href=&#39;https://evil.example&#39;&gt;&amp;',
    )
    expect(text).toContain(name)
  }
  expect(mails[0]?.html).toContain('href="https://id.example.com/#a=&quot;b&quot;&amp;c"')
})

test('two mails never share an idempotency key, so that the provider drops neither', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  for (const _ of [1, 2, 3]) await registerOnly(world)
  expect(new Set(world.outbox.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3)
})

test('a mailer that fails spoils no answer; the failure is logged without the mail', async () => {
  const world = await openWorld()
  const failing = world.startAnother({}, { mailer: { send: () => Promise.reject(new Error('Resend answered 500.')) } })
  const answer = await failing.send('POST /v1/auth/register', { json: ada })
  await failing.settle()
  expect(answer.status).toBe(201)
  expect(world.logs).toContainEqual(expect.objectContaining({ level: 'error', message: 'background work failed' }))
  expect(JSON.stringify(world.logs)).not.toContain(ada.email)
})
