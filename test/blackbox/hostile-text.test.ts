import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { listMails } from '../support/mailbox'
import { fillRoute } from '../support/operations'
import { mapTexts, requestBodies } from '../support/request-bodies'
import { User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const { accessToken } = await given.person(server)
const credentialFor = (route: string) => (/\/me(\/preferences)?$/.test(route) ? { accessToken } : {})

const hostile: [string, string][] = [
  ['a NUL', '\0'],
  ['a lone high surrogate', '\ud800'],
  ['a lone low surrogate', '\udc00'],
  ['surrogates in the wrong order', '\udc00\ud800'],
  ['a header line', '\r\nBcc: eve@example.com'],
  ['a line feed', '\n'],
  ['a carriage return', '\r'],
  ['a tab', '\t'],
  ['an escape', '\u001b[31m'],
  ['a DEL', '\u007f'],
  ['a C1 control', '\u0085'],
  ['a line separator', '\u2028'],
  ['a paragraph separator', '\u2029'],
]

/** Where a text can be poisoned. */
const places: ((text: string, poison: string) => string)[] = [
  (text, poison) => text + poison,
  (text, poison) => poison + text,
  (text, poison) => text.slice(0, 1) + poison + text.slice(1),
]

test.each(Object.keys(requestBodies))('%s stores no control or broken character in any text', async (route) => {
  for (const [, poison] of hostile) {
    for (const place of places) {
      const faults: Record<string, string> = {}
      const json = mapTexts(requestBodies[route]?.() ?? {}, (text, pointer) => {
        faults[pointer] = 'invalid_text'
        return place(text, poison)
      })
      if (Object.keys(faults).length === 0) continue
      expectFaults(await server.send(fillRoute(route), { json, ...credentialFor(route) }), faults)
    }
  }
})

test.each(hostile)('%s in the name of a field is refused, and not repeated', async (_, poison) => {
  const json = { email: freshEmail(), password: freshPassword(), [`name${poison}`]: 'Ada' }
  expectFaults(await server.send('POST /v1/auth/register', { json }), { '': 'invalid_text' })
})

test('bytes that are no UTF-8 are refused', async () => {
  for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xe2, 0x82]]) {
    const email = freshEmail()
    const encoder = new TextEncoder()
    const body = Uint8Array.from([
      ...encoder.encode(`{"email":"${email}","password":"${freshPassword()}","name":"Ada`),
      ...bytes,
      ...encoder.encode('"}'),
    ])
    expectFaults(await server.send('POST /v1/auth/register', { body }), { '/name': 'invalid_text' })
  }
})

test('what was refused has left no account, no mail and no change behind', async () => {
  const credentials = { email: freshEmail(), password: freshPassword() }
  const before = User.parse((await server.send('GET /v1/me', { accessToken })).json)
  for (const [, poison] of hostile) {
    expect(
      (await server.send('POST /v1/auth/register', { json: { ...credentials, name: `Ada${poison}` } })).status,
    ).toBe(422)
    const json = { bio: 'Slipped in.', name: `Ada${poison}` }
    expect((await server.send('PATCH /v1/me', { accessToken, json })).status).toBe(422)
  }
  expect(await listMails(server, credentials.email)).toEqual([])
  const logIn = await server.send('POST /v1/auth/login', { json: credentials })
  expectProblem(logIn, 401, 'invalid_credentials')
  expect(User.parse((await server.send('GET /v1/me', { accessToken })).json)).toEqual(before)
})

test('text of every script and sign is kept to the letter', async () => {
  const name = 'Ŵ𝔄d̷a 李 שָׁלוֹם العربية 👩🏽‍💻 𐍈 ﷽'
  const reply = await server.send('PATCH /v1/me', { accessToken, json: { name } })
  expect(User.parse(reply.json).name).toBe(name)
})
