import { afterAll, beforeEach, expect, test } from 'bun:test'
import type { MailOutcome } from '#core/platform'
import { createSmtpMailer, type SmtpOptions } from '#platform/smtp'
import { repository } from '../support/folders'
import { type SmtpBehaviour, startSmtpSink } from '../support/smtp-sink'
import { isDiscreet, mail, newKey } from './a-mail'

const sink = await startSmtpSink()
const from = 'Postern <id@example.com>'

const opened: (() => void)[] = []

const open = (url = sink.url, others: Partial<SmtpOptions> = {}) => {
  const { mailer, close } = createSmtpMailer({ url, from, ...others })
  opened.push(close)
  return mailer
}

beforeEach(() => sink.behave({ mode: 'ok' }))
afterAll(async () => {
  for (const close of opened) close()
  await sink.stop()
})

const deferred = (reason: string): MailOutcome => ({ state: 'deferred', reason, retryAfterSeconds: null })
const rejected = (reason: string, isRecipientInvalid = false): MailOutcome => ({
  state: 'rejected',
  reason,
  isRecipientInvalid,
})
const sent: MailOutcome = { state: 'sent', providerId: null }

const mailer = open()

test('a mail goes out with its sender, both bodies, and the marks of a machine', async () => {
  const key = newKey()
  expect(await mailer.send(mail, key)).toEqual(sent)
  expect(sink.mails().at(-1)).toMatchObject({
    from: 'id@example.com',
    to: [mail.to],
    user: null,
    headers: {
      from,
      to: mail.to,
      subject: mail.subject,
      'message-id': `<${key}@example.com>`,
      'auto-submitted': 'auto-generated',
    },
  })
  expect(sink.mails().at(-1)?.raw).toContain('the text')
  expect(sink.mails().at(-1)?.raw).toContain('<p>the HTML</p>')
  expect(sink.mails().at(-1)?.raw).not.toContain('the token')
})

test('a recipient is one address, whatever it looks like', async () => {
  await mailer.send({ ...mail, to: 'ada@example.com, eve@example.com' }, newKey())
  expect(sink.mails().at(-1)?.to).not.toContain('eve@example.com')
})

test('mails that come one after another share a connection, which is not kept for long', async () => {
  const mailer = open(sink.url, { idleMs: 50 })
  const before = sink.connections()
  await mailer.send(mail, newKey())
  await mailer.send(mail, newKey())
  expect(sink.connections()).toBe(before + 1)
  await Bun.sleep(100)
  expect(await mailer.send(mail, newKey())).toEqual(sent)
  expect(sink.connections()).toBe(before + 2)
})

test('many mails at once all arrive, over a few connections', async () => {
  const mailer = open()
  const before = { mails: sink.mails().length, connections: sink.connections() }
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => mailer.send(mail, newKey())))
  expect(outcomes).toEqual(outcomes.map(() => sent))
  expect(sink.mails()).toHaveLength(before.mails + 20)
  expect(sink.connections() - before.connections).toBeLessThanOrEqual(5)
})

/** What a server may say, and what that means for the mail. The connection outlives it. */
const replies: [behaviour: SmtpBehaviour, outcome: MailOutcome][] = [
  [{ mode: 'reject-recipient' }, rejected('smtp 550 RCPT TO', true)],
  [{ mode: 'reject-recipient', code: 553, text: '5.1.3 bad address syntax' }, rejected('smtp 553 RCPT TO', true)],
  [{ mode: 'reject-recipient', text: '5.7.1 relaying denied' }, rejected('smtp 550 RCPT TO')],
  [{ mode: 'reject-recipient', text: '5.1.8 bad sender’s domain' }, rejected('smtp 550 RCPT TO')],
  [{ mode: 'reject-recipient', code: 552, text: '5.2.2 mailbox full' }, rejected('smtp 552 RCPT TO')],
  [{ mode: 'reject-recipient', code: 530, text: 'log in first' }, deferred('smtp 530 RCPT TO')],
  [{ mode: 'reject-recipient', code: 450, text: 'greylisted' }, deferred('smtp 450 RCPT TO')],
  [{ mode: 'reject-sender' }, deferred('smtp 550 MAIL FROM')],
  [{ mode: 'reject-message' }, rejected('smtp 554 DATA')],
  [{ mode: 'tempfail' }, deferred('smtp 451 DATA')],
]

for (const [behaviour, outcome] of replies) {
  test(`${JSON.stringify(behaviour)} leaves the mail ${outcome.state}, and the reason tells nothing of it`, async () => {
    await sink.behave(behaviour)
    expect(await mailer.send(mail, newKey())).toEqual(outcome)
    expect(isDiscreet(outcome)).toBe(true)
  })
}

const outages: [behaviour: SmtpBehaviour, outcome: MailOutcome, deadlines?: Partial<SmtpOptions>][] = [
  [{ mode: 'lost' }, deferred('smtp ECONNECTION CONN')],
  [{ mode: 'dead' }, deferred('smtp ECONNREFUSED CONN')],
  [{ mode: 'hang' }, deferred('smtp timeout CONN'), { greetingMs: 50 }],
  [{ mode: 'hang' }, deferred('smtp timeout'), { deadlineMs: 50 }],
  [{ mode: 'slow', ms: 400 }, deferred('smtp timeout'), { deadlineMs: 250 }],
]

for (const [behaviour, outcome, deadlines = {}] of outages) {
  test(`a server that is ${behaviour.mode} defers the mail (${JSON.stringify(deadlines)})`, async () => {
    await sink.behave(behaviour)
    expect(await open(sink.url, deadlines).send(mail, newKey())).toEqual(outcome)
  })
}

test('mails that wait for a free connection are given up at the deadline too', async () => {
  await sink.behave({ mode: 'hang' })
  const crowded = open(sink.url, { deadlineMs: 50 })
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => crowded.send(mail, newKey())))
  expect(outcomes).toEqual(outcomes.map(() => deferred('smtp timeout')))
})

test('a server that comes back gets the mail, and a retry has the same Message-ID', async () => {
  const mailer = open()
  const key = newKey()
  expect(await mailer.send(mail, newKey())).toEqual(sent)
  await sink.behave({ mode: 'dead' })
  expect(await mailer.send(mail, key)).toMatchObject({ state: 'deferred' })
  await sink.behave({ mode: 'lost' })
  expect(await mailer.send(mail, key)).toMatchObject({ state: 'deferred' })
  await sink.behave({ mode: 'ok' })
  expect(await mailer.send(mail, key)).toEqual(sent)
  const [first, second] = sink.mails().slice(-2)
  expect(second?.headers['message-id']).toBe(first?.headers['message-id'] ?? '')
})

test('a connection that the server closed while it was idle costs no mail', async () => {
  const mailer = open()
  await mailer.send(mail, newKey())
  await sink.behave({ mode: 'dead' })
  await sink.behave({ mode: 'ok' })
  expect(await mailer.send(mail, newKey())).toEqual(sent)
})

test('the URL’s user logs in; a wrong password defers every mail', async () => {
  const url = sink.url.replace('://', '://m%40il:p%3Ass@')
  expect(await open(url).send(mail, newKey())).toEqual(sent)
  expect(sink.mails().at(-1)?.user).toBe('m@il')
  await sink.behave({ mode: 'reject-login' })
  expect(await open(url).send(mail, newKey())).toEqual(deferred('smtp 535 AUTH PLAIN'))
})

for (const tls of ['starttls', 'implicit'] as const) {
  test.concurrent(`TLS (${tls}) is used, and a certificate that nobody vouches for gets no mail`, async () => {
    const secure = await startSmtpSink({ tls })
    expect(await open(secure.url).send(mail, newKey())).toMatchObject({
      state: 'deferred',
      reason: expect.stringMatching(/^smtp \w*CERT\w* CONN$/),
    })
    expect(secure.mails()).toEqual([])
    expect(await open(`${secure.url}?tls.rejectUnauthorized=false`).send(mail, newKey())).toEqual(sent)
    expect(secure.mails()).toMatchObject([{ isEncrypted: true }])
    await secure.stop()
  })
}

test('where TLS is required, a server without it gets no mail', async () => {
  const before = sink.mails().length
  expect(await open(`${sink.url}?requireTLS=true`).send(mail, newKey())).toEqual(deferred('smtp 500 STARTTLS'))
  expect(sink.mails()).toHaveLength(before)
})

for (const end of ['close()', '']) {
  test.concurrent(`a process that sent a mail ends by itself, ${end === '' ? 'even without' : 'at once with'} close()`, async () => {
    const own = await startSmtpSink()
    const script = `
      import { createSmtpMailer } from '#platform/smtp'
      const { mailer, close } = createSmtpMailer({ url: '${own.url}', from: 'id@example.com', idleMs: 200 })
      await mailer.send({ to: 'ada@example.com', subject: '', text: '', html: '', template: '', data: {} }, 'key')
      console.log('sent')
      ${end}`
    const child = Bun.spawn([process.execPath, '-e', script], { cwd: repository, stdio: ['ignore', 'pipe', 'ignore'] })
    const giveUp = setTimeout(() => child.kill(), 20_000)
    expect(await new Response(child.stdout).text()).toBe('sent\n')
    expect(await child.exited).toBe(0)
    clearTimeout(giveUp)
    await own.stop()
  }, 30_000)
}
