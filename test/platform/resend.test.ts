import { afterAll, beforeEach, expect, test } from 'bun:test'
import { createResendMailer } from '#platform/resend'

interface Received {
  path: string
  headers: Headers
  body: unknown
}

const received: Received[] = []
let status = 200

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request) => {
    received.push({ path: new URL(request.url).pathname, headers: request.headers, body: await request.json() })
    return Response.json({ id: 'mail', message: 'The address ada@example.com was refused.' }, { status })
  },
})

beforeEach(() => {
  received.length = 0
  status = 200
})

afterAll(() => server.stop(true))

const mail = {
  to: 'ada@example.com',
  subject: 'Prove your e-mail address',
  text: 'the text',
  html: '<p>the HTML</p>',
  template: 'verify-email',
  data: { token: 'the token' },
}

const mailer = createResendMailer({ apiKey: 're_key', from: 'Postern <id@example.com>', baseUrl: server.url.origin })

test('a mail goes to the provider with its sender and key, and without what only our mailbox needs', async () => {
  await mailer.send(mail, 'key-1')
  const [request] = received
  expect(request?.path).toBe('/emails')
  expect(request?.headers.get('authorization')).toBe('Bearer re_key')
  expect(request?.headers.get('idempotency-key')).toBe('key-1')
  expect(request?.body).toEqual({
    from: 'Postern <id@example.com>',
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
  })
})

for (const refused of [400, 401, 403, 422, 429, 500, 503]) {
  test(`a mail that the provider answers with ${refused} is a failure that tells nothing of the mail`, async () => {
    status = refused
    const error = await mailer.send(mail, 'key-1').catch((reason: unknown) => reason)
    expect(Bun.inspect(error)).toContain(String(refused))
    for (const value of ['ada@example.com', 'the token', 'the text', 're_key']) {
      expect(Bun.inspect(error)).not.toContain(value)
    }
    expect(received).toHaveLength(1)
  })
}

test('a provider that can’t be reached is a failure that tells nothing of the mail', async () => {
  const closed = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { origin } = closed.url
  await closed.stop(true)
  const lost = createResendMailer({ apiKey: 're_key', from: 'x@example.com', baseUrl: origin })
  const error = await lost.send(mail, 'key-1').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Error)
  expect(Bun.inspect(error)).not.toContain('the token')
})
