import { afterAll, beforeEach, expect, test } from 'bun:test'
import type { MailOutcome } from '#core/platform'
import { createResendMailer } from '#platform/resend'
import { type ResendBehaviour, startResendSink } from '../support/resend-sink'
import { isDiscreet, mail, newKey } from './a-mail'

const sink = await startResendSink()
const options = { apiKey: 're_key', from: 'Postern <id@example.com>', baseUrl: sink.url }
const mailer = createResendMailer(options)
const impatient = createResendMailer({ ...options, deadlineMs: 60 })

beforeEach(() => sink.behave({ mode: 'ok' }))
afterAll(() => sink.stop())

const sendWhile = async (behaviour: ResendBehaviour, key = newKey()): Promise<MailOutcome> => {
  await sink.behave(behaviour)
  return mailer.send(mail, key)
}

const deferred = (reason: string, retryAfterSeconds: number | null = null): MailOutcome => ({
  state: 'deferred',
  reason,
  retryAfterSeconds,
})
const rejected = (reason: string, isRecipientInvalid = false): MailOutcome => ({
  state: 'rejected',
  reason,
  isRecipientInvalid,
})

test('a mail goes to the provider with its sender, its key and the marks of a machine, and nothing of our own', async () => {
  const key = newKey()
  expect(await mailer.send(mail, key)).toEqual({ state: 'sent', providerId: expect.any(String) })
  const request = sink.requests().at(-1)
  expect(request).toMatchObject({ method: 'POST', path: '/emails' })
  expect(request?.headers).toMatchObject({ authorization: 'Bearer re_key', 'idempotency-key': key })
  expect(JSON.parse(request?.body ?? '')).toEqual({
    from: 'Postern <id@example.com>',
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Entity-Ref-ID': key },
  })
})

test('a mail that is part of a trace says so, and any other says nothing', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await mailer.send(mail, newKey(), traceparent)
  expect(sink.requests().at(-1)?.headers).toMatchObject({ traceparent })
  for (const none of [null, undefined]) {
    await mailer.send(mail, newKey(), none)
    expect(sink.requests().at(-1)?.headers).not.toHaveProperty('traceparent')
  }
})

test('the same mail under the same key is delivered once, and both answers name the same mail', async () => {
  const key = newKey()
  const [first, second] = [await mailer.send(mail, key), await mailer.send(mail, key)]
  expect(second).toEqual(first)
  expect(sink.mails().filter(({ idempotencyKey }) => idempotencyKey === key)).toMatchObject([{ deliveries: 1 }])
})

test('another mail under a key that was used is rejected: it will never go out', async () => {
  const key = newKey()
  await mailer.send(mail, key)
  expect(await mailer.send({ ...mail, text: 'another text' }, key)).toEqual(
    rejected('resend 409 invalid_idempotent_request'),
  )
})

/** What a provider may refuse, and what that means for the mail. */
const refusals: [status: number, name: string, outcome: MailOutcome][] = [
  [400, 'validation_error', rejected('resend 400 validation_error')],
  [413, 'payload_too_large', rejected('resend 413 payload_too_large')],
  [422, 'missing_required_field', rejected('resend 422 missing_required_field')],
  [422, 'invalid_to_address', rejected('resend 422 invalid_to_address', true)],
  [451, 'security_error', rejected('resend 451 security_error')],
  [401, 'missing_api_key', deferred('resend 401 missing_api_key')],
  [403, 'invalid_api_Key', deferred('resend 403 invalid_api_key')],
  [403, 'invalid_to_address', deferred('resend 403 invalid_to_address')],
  [404, 'not_found', deferred('resend 404 not_found')],
  [405, 'method_not_allowed', deferred('resend 405 method_not_allowed')],
  [408, '', deferred('resend 408')],
  [409, 'concurrent_idempotent_requests', deferred('resend 409 concurrent_idempotent_requests')],
  [422, 'invalid_from_address', deferred('resend 422 invalid_from_address')],
  [425, 'too_early', deferred('resend 425 too_early')],
  [429, 'daily_quota_exceeded', deferred('resend 429 daily_quota_exceeded')],
  [503, 'for ada@example.com', deferred('resend 503')],
  [302, '', deferred('resend 302')],
]

for (const [status, name, outcome] of refusals) {
  test(`a ${status} “${name}” leaves the mail ${outcome.state}, and the reason tells nothing of it`, async () => {
    const message = 'ada@example.com was refused; "the text" was not read.'
    const headers = { location: `${sink.url}/elsewhere` }
    const before = sink.requests().length
    expect(await sendWhile({ mode: 'refuse', status, name, message, headers })).toEqual(outcome)
    expect(isDiscreet(outcome)).toBe(true)
    expect(sink.requests()).toHaveLength(before + 1)
  })
}

test('a refusal that names the recipient’s field says that the address is at fault', async () => {
  expect(await sendWhile({ mode: 'reject422' })).toEqual(rejected('resend 422 validation_error', true))
})

test('a broken provider defers', async () => {
  expect(await sendWhile({ mode: 'error500' })).toEqual(deferred('resend 500 internal_server_error'))
})

for (const [retryAfter, seconds] of [
  ['7', 7],
  ['0.4', 1],
  ['86400', 3600],
  ['0', null],
  ['soon', null],
  ['Sun, 06 Nov 1994 08:49:37 GMT', null],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 3600],
] as const) {
  test(`“Retry-After: ${retryAfter}” is ${seconds} seconds`, async () => {
    expect(await sendWhile({ mode: 'rate-limited', retryAfter })).toEqual(
      deferred('resend 429 rate_limit_exceeded', seconds),
    )
  })
}

test('“Retry-After” may be a date', async () => {
  const retryAfter = new Date(Date.now() + 120_000).toUTCString()
  const outcome = await sendWhile({ mode: 'rate-limited', retryAfter })
  if (outcome.state !== 'deferred') throw new Error(outcome.state)
  expect(outcome.retryAfterSeconds).toBeWithin(115, 121)
})

for (const answer of ['<html>', '', '"id"', '{}', '{"id":7}', '{"id":""}']) {
  test(`an answer that makes no sense (${answer}) defers, and the next try under the key finds the mail sent`, async () => {
    const key = newKey()
    expect(await sendWhile({ mode: 'malformed', answer }, key)).toEqual(deferred('resend 200 malformed'))
    expect(await sendWhile({ mode: 'ok' }, key)).toMatchObject({ state: 'sent' })
    expect(sink.mails().filter(({ idempotencyKey }) => idempotencyKey === key)).toMatchObject([{ deliveries: 1 }])
  })
}

test('a provider that can’t be reached, or hangs up, defers; the mail is delivered once when it is back', async () => {
  const key = newKey()
  expect(await sendWhile({ mode: 'dead' }, key)).toEqual(deferred('resend unreachable'))
  expect(await sendWhile({ mode: 'lost' }, key)).toEqual(deferred('resend unreachable'))
  expect(await sendWhile({ mode: 'ok' }, key)).toMatchObject({ state: 'sent' })
  expect(sink.mails().filter(({ idempotencyKey }) => idempotencyKey === key)).toMatchObject([{ deliveries: 1 }])
})

for (const behaviour of [{ mode: 'hang' }, { mode: 'stalled' }, { mode: 'slow', ms: 200 }] as const) {
  test(`a provider that is ${behaviour.mode} is given up at the deadline`, async () => {
    await sink.behave(behaviour)
    expect(await impatient.send(mail, newKey())).toEqual(deferred('resend timeout'))
  })
}

test('a try that comes while the one before is under way defers, and the mail is delivered once', async () => {
  const key = newKey()
  await sink.behave({ mode: 'slow', ms: 400 })
  expect(await impatient.send(mail, key)).toEqual(deferred('resend timeout'))
  await sink.behave({ mode: 'ok' })
  expect(await mailer.send(mail, key)).toEqual(deferred('resend 409 concurrent_idempotent_requests'))
  await Bun.sleep(400)
  expect(await mailer.send(mail, key)).toMatchObject({ state: 'sent' })
  expect(sink.mails().filter(({ idempotencyKey }) => idempotencyKey === key)).toMatchObject([{ deliveries: 1 }])
})
