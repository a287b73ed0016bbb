import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const { accessToken } = await given.person(server, { name: 'Ada' })

const me = async () => User.parse((await server.send('GET /v1/me', { accessToken })).json)
const patch = (body: string) => server.send('PATCH /v1/me', { accessToken, body })

const invalid: [string, Record<string, unknown>, string][] = [
  ['an empty name', { name: '' }, '/name'],
  ['a blank name', { name: '   ' }, '/name'],
  ['a name of 101 characters', { name: 'n'.repeat(101) }, '/name'],
  ['a bio of 1001 characters', { bio: 'b'.repeat(1001) }, '/bio'],
  ['a phone number without its country', { phone: '02071838750' }, '/phone'],
  ['a phone number whose country begins with 0', { phone: '+0442071838750' }, '/phone'],
  ['a phone number with blanks', { phone: '+44 20 7183 8750' }, '/phone'],
  ['a phone number of 16 digits', { phone: '+1234567890123456' }, '/phone'],
  ['a phone number with a line break', { phone: '+442071838750\n' }, '/phone'],
  ['an address that is a text', { address: 'Dorset Street 12' }, '/address'],
  ['an address with an unknown part', { address: { street: 'Dorset Street 12' } }, '/address/street'],
  ['an address with a part that is null', { address: { country: null } }, '/address/country'],
  ['an address with a part that is too long', { address: { postalCode: 'x'.repeat(21) } }, '/address/postalCode'],
  ['an address with a blank part', { address: { locality: ' ' } }, '/address/locality'],
  ['a locale that is a sentence', { locale: 'english please' }, '/locale'],
  ['a locale in capitals', { locale: 'EN' }, '/locale'],
  ['a locale with an underscore', { locale: 'en_US' }, '/locale'],
  ['a time zone of another planet', { timeZone: 'Mars/Olympus_Mons' }, '/timeZone'],
  ['a city as a time zone', { timeZone: 'London' }, '/timeZone'],
  ['an offset as a time zone', { timeZone: '+01:00' }, '/timeZone'],
  ['a path as a time zone', { timeZone: '../../etc/passwd' }, '/timeZone'],
  ['a website without a scheme', { website: 'example.com' }, '/website'],
  ['a website that is a path', { website: '/relative' }, '/website'],
  ['a website that is a script', { website: 'javascript:alert(1)' }, '/website'],
  ['a website that is data', { website: 'data:text/html,<script>alert(1)</script>' }, '/website'],
  ['a website for FTP', { website: 'ftp://example.com' }, '/website'],
  ['a website without a host', { website: 'https://' }, '/website'],
  ['a website of more than 500 characters', { website: `https://example.com/${'x'.repeat(481)}` }, '/website'],
]

test.each(invalid)('%s is refused, and nothing that comes with it is kept', async (_, changes, pointer) => {
  const before = await me()
  const companion = 'bio' in changes ? { name: 'Slipped in' } : { bio: 'Slipped in.' }
  expectFaultyField(await patch(JSON.stringify({ ...changes, ...companion })), pointer)
  expect(await me()).toEqual(before)
})

const notTheirs = [
  'id',
  'email',
  'emailVerified',
  'role',
  'roles',
  'userId',
  'picture',
  'createdAt',
  'updatedAt',
  'org',
]
const ownMembers = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']

test.each([...notTheirs, ...ownMembers])('%s is no field that one may change of oneself', async (field) => {
  const before = await me()
  for (const value of ['"admin"', 'true', 'null', '{"role":"admin","bio":"Slipped in."}']) {
    expectFaultyField(await patch(`{"bio":"Slipped in.",${JSON.stringify(field)}:${value}}`), `/${field}`)
  }
  expect(await me()).toEqual(before)
})

test('a prototype hidden in a nested object changes nothing', async () => {
  const before = await me()
  const body = '{"address":{"country":"GB","__proto__":{"locality":"Nowhere"}}}'
  expectFaultyField(await patch(body), '/address/__proto__')
  expect(await me()).toEqual(before)
})

test('what is not an object is no change', async () => {
  for (const body of ['null', '[]', '"bio"', '7', 'true', '[{"bio":"Slipped in."}]']) {
    expectFaultyField(await patch(body), '')
  }
})

test('without a session that lives, nothing changes', async () => {
  const other = await given.person(server)
  await server.send('POST /v1/auth/logout', { accessToken: other.accessToken })
  const reply = await server.send('PATCH /v1/me', { accessToken: other.accessToken, json: { bio: 'Late.' } })
  expectProblem(reply, 401, 'session_revoked')
  expectProblem(await server.send('PATCH /v1/me', { json: { bio: 'Nobody.' } }), 401, 'unauthenticated')
  expect((await given.session(server, other)).user.bio).toBeNull()
})
