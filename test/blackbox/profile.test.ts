import { expect, test } from 'bun:test'
import { given } from '../given'
import { User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const { accessToken } = await given.person(server)

const me = async () => User.parse((await server.send('GET /v1/me', { accessToken })).json)
const patch = async (json: unknown) => {
  const reply = await server.send('PATCH /v1/me', { accessToken, json })
  expect(reply.status).toBe(200)
  return User.parse(reply.json)
}

const address = {
  formatted: 'Dorset Street 12, London',
  streetAddress: 'Dorset Street 12',
  locality: 'London',
  region: 'England',
  postalCode: 'W1U 6QW',
  country: 'GB',
}

const valid: [string, Partial<User>][] = [
  ['a name', { name: 'Ada Lovelace' }],
  ['a name of one letter', { name: 'x' }],
  ['a name of 100 characters', { name: 'n'.repeat(100) }],
  ['a name of any script', { name: 'Юлия 李 👩🏽‍💻 O’Hara; drop table "user"--' }],
  ['a bio of 1000 characters', { bio: 'b'.repeat(1000) }],
  ['a bio with the marks of every language', { bio: '<script>alert(1)</script> & "quotes" \\ %s $1 {{x}}' }],
  ['a phone number', { phone: '+442071838750' }],
  ['a short phone number', { phone: '+1234567' }],
  ['an address', { address }],
  ['an address of one part', { address: { country: 'GB' } }],
  ['an address without parts', { address: {} }],
  ['a language', { locale: 'en' }],
  ['a language of a country', { locale: 'pt-BR' }],
  ['a language in a script', { locale: 'zh-Hant-TW' }],
  ['a time zone', { timeZone: 'Europe/London' }],
  ['universal time', { timeZone: 'UTC' }],
  ['a time zone of three parts', { timeZone: 'America/Argentina/Buenos_Aires' }],
  ['a website', { website: 'https://example.com' }],
  ['a website with port, path, query and fragment', { website: 'http://www.example.co.uk:8080/~ada?q=1#notes' }],
]

test.each(valid)('%s is kept as it is', async (_, changes) => {
  const changed = await patch(changes)
  expect(changed).toMatchObject(changes)
  expect(await me()).toEqual(changed)
})

test('a field that is absent stays, one that is null is cleared', async () => {
  const all = {
    name: 'Ada',
    bio: 'Engines.',
    phone: '+442071838750',
    address,
    locale: 'en',
    website: 'https://a.example',
  }
  const before = await patch({ ...all, timeZone: 'Europe/London' })
  expect(before).toMatchObject(all)
  for (const field of ['name', 'bio', 'phone', 'address', 'locale', 'timeZone', 'website'] as const) {
    const kept = await me()
    const { updatedAt, ...cleared } = await patch({ [field]: null })
    expect({ ...cleared, updatedAt: '' }).toEqual({ ...kept, [field]: null, updatedAt: '' })
  }
})

test('an address is replaced as a whole', async () => {
  await patch({ address })
  expect((await patch({ address: { locality: 'Turin' } })).address).toEqual({ locality: 'Turin' })
})

test('blanks around a text are not kept', async () => {
  expect(await patch({ name: '  Ada ', address: { locality: ' London ' } })).toMatchObject({
    name: 'Ada',
    address: { locality: 'London' },
  })
})

test('several fields change together, and only then the moment of the change moves', async () => {
  const before = await me()
  expect(await patch({})).toEqual(before)
  const after = await patch({ name: 'Countess', bio: 'Notes on the engine.' })
  expect(after).toMatchObject({ name: 'Countess', bio: 'Notes on the engine.', createdAt: before.createdAt })
  expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt))
})
