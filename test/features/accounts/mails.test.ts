import { expect, test } from 'bun:test'
import { messages } from '#db/schema/notifications'
import { openWorld } from '../../platform'
import { ada, mailedToken, registerAndLogIn, registerOnly } from '../people'

test('a registration mails one link to the new address, in the text and in the HTML', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const link = `https://id.example.com/verify-email#token=${mailedToken(world)}`
  expect(world.outbox).toMatchObject([
    {
      to: ada.email,
      subject: 'Confirm your e-mail address',
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

test('two mails never share an idempotency key, so that the provider drops neither', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  for (const _ of [1, 2, 3]) await registerOnly(world)
  expect(new Set(world.outbox.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3)
})

test('a mail that the provider refuses spoils no answer, and is logged and kept as failed without its text', async () => {
  const world = await openWorld()
  const refuse = async () =>
    ({ state: 'rejected', reason: 'resend 422 validation_error', isRecipientInvalid: false }) as const
  const failing = world.startAnother({}, { mailer: { send: refuse } })
  const answer = await failing.send('POST /v1/auth/register', { json: ada })
  await failing.settle()
  expect(answer.status).toBe(201)
  const reason = 'resend 422 validation_error'
  expect(world.logs).toContainEqual(
    expect.objectContaining({ level: 'warn', message: 'job', state: 'rejected', reason }),
  )
  expect(JSON.stringify(world.logs)).not.toContain(ada.email)
  expect(await world.db.select().from(messages)).toMatchObject([
    { recipient: ada.email, state: 'failed', failure: reason, sealedValues: null, attempts: 1 },
  ])
})
