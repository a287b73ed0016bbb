import { expect, test } from 'bun:test'
import { freshPassword } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { Registered } from '../support/shapes'
import { target } from '../target'

const open = await target({ EMAIL_VERIFICATION: 'optional' })

const unique = () => crypto.randomUUID().slice(0, 13)
const register = (email: unknown) => open.send('POST /v1/auth/register', { json: { email, password: freshPassword() } })

const refused: [string, string][] = [
  ['without an @', 'ada.example.com'],
  ['with nothing before the @', '@example.com'],
  ['with nothing behind the @', 'ada@'],
  ['with two @', 'ada@lovelace@example.com'],
  ['with a quoted local part', '"ada lovelace"@example.com'],
  ['with a quoted local part that looks plain', '"ada"@example.com'],
  ['with a fullwidth @', 'ada＠example.com'],
  ['with a fullwidth @ beside a plain one', 'ada＠example.com@example.org'],
  ['with a small @', 'ada﹫example.com'],
  ['with fullwidth letters', 'ａｄａ@example.com'],
  ['with a ligature that NFKC takes apart', 'ﬁona@example.com'],
  ['with a blank inside', 'ada lovelace@example.com'],
  ['with a no-break space inside', 'ada\u00a0lovelace@example.com'],
  ['with a zero-width space inside', 'ada\u200b@example.com'],
  ['with a soft hyphen inside', 'a\u00adda@example.com'],
  ['with a mark that turns the direction of text', 'ada\u202e@example.com'],
  ['with a comment', 'ada(comment)@example.com'],
  ['with two addresses', 'ada@example.com,eve@example.com'],
  ['in angle brackets', '<ada@example.com>'],
  ['with a display name', 'Ada <ada@example.com>'],
  ['as a mailto link', 'mailto:ada@example.com'],
  ['with a leading dot', '.ada@example.com'],
  ['with a trailing dot in the local part', 'ada.@example.com'],
  ['with two dots in a row', 'ada..lovelace@example.com'],
  ['with a domain of one label', 'ada@localhost'],
  ['with an IP address', 'ada@[127.0.0.1]'],
  ['with a bare IP address', 'ada@127.0.0.1'],
  ['with a dot at the end', 'ada@example.com.'],
  ['with a hyphen at the start of a label', 'ada@-example.com'],
  ['with an underscore in the domain', 'ada@exa_mple.com'],
  ['with a domain that is not spelled in ASCII', 'ada@exämple.com'],
  ['with a local part of 65 bytes', `${'a'.repeat(65)}@example.com`],
  ['of 255 bytes', `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(7)}.com`],
  ['of 10,000 bytes', `${'a'.repeat(10_000)}@example.com`],
  ['that is empty', ''],
  ['that is blank', '   '],
]

test.each(refused)('an address %s is refused', async (_, email) => {
  const reply = await register(email)
  const { errors = [] } = expectProblem(reply, 422, 'invalid_request')
  expect(errors.map(({ pointer }) => pointer)).toEqual(['/email'])
})

const accepted: [string, (name: string) => string, (name: string) => string][] = [
  ['with capitals becomes lower case', (name) => `ADA.${name}@Example.COM`, (name) => `ada.${name}@example.com`],
  ['with blanks around it is trimmed', (name) => `  ${name}@example.com  `, (name) => `${name}@example.com`],
  ['with a tag keeps it', (name) => `${name}+tag@example.com`, (name) => `${name}+tag@example.com`],
  ['with an apostrophe keeps it', (name) => `o'hara-${name}@example.com`, (name) => `o'hara-${name}@example.com`],
  ['of a subdomain is kept', (name) => `${name}@mail.example.co.uk`, (name) => `${name}@mail.example.co.uk`],
  ['of an ACE domain is kept', (name) => `${name}@xn--exmple-cua.com`, (name) => `${name}@xn--exmple-cua.com`],
  [
    'with letters beyond ASCII keeps them',
    (name) => `jürgen-${name}@example.com`,
    (name) => `jürgen-${name}@example.com`,
  ],
]

test.each(accepted)('an address %s', async (_, spell, keep) => {
  const name = unique()
  const reply = await register(spell(name))
  expect(reply.status).toBe(201)
  expect(Registered.parse(reply.json).user.email).toBe(keep(name))
})

test('an address of 254 bytes is accepted', async () => {
  const email = `${unique()}${'a'.repeat(47)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(6)}.com`
  expect(new TextEncoder().encode(email)).toHaveLength(254)
  expect((await register(email)).status).toBe(201)
})

test('one logs in with any spelling of the address that registers as the same', async () => {
  const [email, password] = [`${unique()}@example.com`, freshPassword()]
  expect((await open.send('POST /v1/auth/register', { json: { email, password } })).status).toBe(201)
  for (const spelling of [email, email.toUpperCase(), ` ${email} `]) {
    expect((await open.send('POST /v1/auth/login', { json: { email: spelling, password } })).status).toBe(200)
  }
})

test.each([
  ['a header line', '\r\nBcc: eve@example.com'],
  ['a NUL', '\0'],
  ['a DEL', '\u007f'],
  ['a bell', '\u0007'],
])('an address with %s in it or at its end is refused', async (_, control) => {
  for (const email of [`${unique()}@example.com${control}`, `ada${control}@example.com`]) {
    expectFaults(await register(email), { '/email': 'invalid_text' })
  }
})
