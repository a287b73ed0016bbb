import { afterAll, expect, test } from 'bun:test'
import { freshEmail, freshPassword } from '../given'
import { startResendSink } from '../support/resend-sink'
import { findLeaks } from '../support/secrets'
import { startSentryReceiver } from '../support/sentry-receiver'
import { target } from '../target'

const mail = await startResendSink()
const sentry = startSentryReceiver()
const server = await target({
  EMAIL_VERIFICATION: 'optional',
  RESEND_API_KEY: 're_of_the_error_reports_0123456789',
  RESEND_BASE_URL: mail.url,
  SENTRY_DSN: sentry.dsn,
})
afterAll(async () => {
  await mail.stop()
  await sentry.stop()
})

test('a job that dies is reported with its queue and the request that caused it, and nothing of its mail', async () => {
  const email = freshEmail()
  const json = { email, password: freshPassword() }
  expect((await server.send('POST /v1/auth/register', { json })).status).toBe(201)
  // A first mail that came back would keep others from the address.
  for (const giveUpAt = Date.now() + 30_000; mail.mails().length === 0; await Bun.sleep(20)) {
    if (Date.now() > giveUpAt) throw new Error('The registration’s mail did not come.')
  }
  await mail.behave({ mode: 'reject422' })
  const requestId = `dead-${crypto.randomUUID()}`
  const headers = { 'x-request-id': requestId }
  expect((await server.send('POST /v1/auth/password/forgot', { json: { email }, headers })).status).toBe(202)
  const isOurs = ({ tags }: (typeof sentry.events)[number]) => tags.request_id === requestId
  for (const giveUpAt = Date.now() + 25_000; Date.now() < giveUpAt && !sentry.events.some(isOurs); ) await Bun.sleep(50)
  expect(sentry.faults).toEqual([])
  expect(sentry.events.find(isOurs)).toMatchObject({
    environment: 'test',
    transaction: 'job send-reset-mail',
    exception: { values: [{ type: 'DeadLetter' }] },
  })
  expect(findLeaks(sentry.bodies.join('\n'))).toEqual([])
  expect(sentry.bodies.join('\n')).not.toContain(email)
})
