import { expect, test } from 'bun:test'
import { users } from '#db/schema/profiles'
import { openWorld, type World } from '../../platform'
import { ada, grace, registerAndLogIn } from '../people'

const full = {
  name: 'Augusta Ada King',
  bio: 'Countess of Lovelace',
  phone: '+442071838750',
  address: { streetAddress: 'Dorset Street 12', country: 'GB' },
  locale: 'en-GB',
  timeZone: 'Europe/London',
  website: 'https://lovelace.example',
}

const patch = (world: World, token: string, json: unknown) => world.send('PATCH /v1/me', { token, json })

test('fields that are given change, null clears one, and those that are absent stay', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  world.advance(5)
  expect(await patch(world, token, full)).toMatchObject({ status: 200, body: full })
  world.advance(5)
  const updatedAt = world.clock.now().toISOString()
  const cleared = { ...full, bio: null, address: null, updatedAt }
  expect((await patch(world, token, { bio: null, address: null })).body).toMatchObject(cleared)
  expect((await world.send('GET /v1/me', { token })).body).toMatchObject(cleared)
})

test('an address replaces the one before, whole', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  await patch(world, token, full)
  await patch(world, token, { address: { locality: 'London' } })
  expect(await world.db.select({ address: users.address }).from(users)).toEqual([{ address: { locality: 'London' } }])
})

test('a text is stored as it is, also one that looks like JSON, SQL or a template', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  for (const bio of ['null', '"', '\'; drop table "user"; --', '{"a":1}', '$1', '\\', '%s', '🔑', 'ß']) {
    expect(await patch(world, token, { bio })).toMatchObject({ status: 200, body: { bio } })
  }
})

test('a change is the caller’s own: no other person changes with it', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world, ada)
  const other = await registerAndLogIn(world, grace)
  expect((await patch(world, accessToken, full)).status).toBe(200)
  expect((await world.send('GET /v1/me', { token: other.accessToken })).body).toEqual(other.user)
})

test('what a person may not change of themselves is refused by name, and then nothing changes', async () => {
  const world = await openWorld()
  const { accessToken: token, user } = await registerAndLogIn(world)
  for (const field of [
    'id',
    'email',
    'emailVerified',
    'emailVerifiedAt',
    'role',
    'roles',
    'userId',
    'picture',
    'createdAt',
  ]) {
    expect(await patch(world, token, { name: 'Mallory', [field]: 'x' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: `/${field}`, code: 'unrecognized_keys' }] },
    })
  }
  expect((await world.send('GET /v1/me', { token })).body).toEqual(user)
})

test('an empty change changes nothing, not even the time of the last one', async () => {
  const world = await openWorld()
  const { accessToken: token, user } = await registerAndLogIn(world)
  world.advance(5)
  expect(await patch(world, token, {})).toMatchObject({ status: 200, body: user })
})

test('a change is one statement', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  const before = world.statements.length
  await patch(world, token, full)
  expect(world.statements).toHaveLength(before + 1)
})
