import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaultyField } from '../support/expect-problem'
import { listMails, waitForMail } from '../support/mailbox'
import { Mailbox } from '../support/shapes'
import { target } from '../target'

const server = await target()

test('the mailbox shows what would have been mailed, newest first', async () => {
  const [first, second] = [await given.account(server), await given.account(server)]
  for (const { email } of [first, second]) await waitForMail(server, email, 'verify-email')
  const reply = await server.send('GET /dev/mailbox')
  expect(reply.headers.get('content-type')).toBe('application/json')
  const { items } = Mailbox.parse(reply.json)
  const sent = items.map(({ sentAt }) => Date.parse(sentAt))
  expect(sent).toEqual(sent.toSorted((a, b) => b - a))
  const receivers = items.map(({ to }) => to)
  expect(receivers.indexOf(second.email)).toBeLessThan(receivers.indexOf(first.email))
})

test('the mailbox of one address holds its mails only', async () => {
  const { email } = await given.account(server, { name: 'Ada' })
  const mail = await waitForMail(server, email, 'verify-email')
  expect(await listMails(server, email)).toEqual([mail])
  expect(mail).toMatchObject({ to: email, template: 'verify-email', data: { name: 'Ada' } })
  expect(mail.text).toStartWith('Hello Ada,')
  expect(mail.html).toContain('Hello Ada,')
  expect(await listMails(server, `not-${email}`)).toEqual([])
})

test('a name in a mail is text, not markup', async () => {
  const { email } = await given.account(server, { name: '<img src=x onerror=alert(1)>"\'&' })
  const { html } = await waitForMail(server, email, 'verify-email')
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;')
  expect(html).not.toContain('<img')
})

test('people get the mailbox as a page in which a mail can run nothing', async () => {
  const { email } = await given.account(server, { name: '</iframe><script>alert(1)</script>' })
  await waitForMail(server, email, 'verify-email')
  for (const accept of ['text/html', 'text/html,application/xhtml+xml,*/*;q=0.8']) {
    const page = await server.send(`GET /dev/mailbox?to=${encodeURIComponent(email)}`, { headers: { accept } })
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toBe('text/html; charset=UTF-8')
    expect(page.headers.get('vary')?.toLowerCase()).toContain('accept')
    expect(page.text).toContain(email)
    expect(page.text).toContain('sandbox=')
    expect(page.text).not.toContain('<script>alert')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  }
  const json = await server.send('GET /dev/mailbox', { headers: { accept: 'application/json' } })
  expect(json.headers.get('content-type')).toBe('application/json')
})

test('the mailbox takes an address and nothing else', async () => {
  expectFaultyField(await server.send('GET /dev/mailbox?limit=1'), '/limit')
  expectFaultyField(await server.send('GET /dev/mailbox?to=%00'), '/to')
  expectFaultyField(await server.send(`GET /dev/mailbox?to=${'x'.repeat(255)}`), '/to')
})
