import { expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { users } from '#db/schema/profiles'
import { setAttributes } from '#features/admin/set-attributes'
import { openWorld, type World } from '../../platform'
import { problemOf } from '../answers'
import { ada, grace, registerAndLogIn } from '../people'
import { declaration, declaring, patchMe } from './declarations'

const full = {
  name: 'Augusta Ada King',
  bio: 'Countess of Lovelace',
  phone: '+442071838750',
  address: { streetAddress: 'Dorset Street 12', country: 'GB' },
  locale: 'en-GB',
  timeZone: 'Europe/London',
  website: 'https://lovelace.example',
}
const attributes = { company: 'Engines', team: { name: 'Analysts' }, shoeSize: 36 }

const nothing = {
  ...{ name: null, bio: null, website: null, picture: null, locale: null, timeZone: null },
  ...{ phone: null, address: null, email: null, attributes: {} },
}

const open = async () => {
  const world = declaring(await openWorld(), declaration)
  const { accessToken: token, user } = await registerAndLogIn(world)
  const other = await registerAndLogIn(world, grace)
  await world.db.update(users).set({ picture: 'https://lovelace.example/ada.png', emailVerifiedAt: world.clock.now() })
  await patchMe(world, token, { ...full, attributes })
  await setAttributes(world.contextOf({ kind: 'system', job: 'test' }), ada.email, { plan: 'paid' })
  return { world, token, id: user.id, other: other.accessToken }
}

const look = async (world: World, id: string, token?: string) =>
  (await world.send(`GET /v1/users/${id}`, token === undefined ? {} : { token })).body

test('by default who is signed in sees name and picture, and what the operator meant for them; others see nothing', async () => {
  const { world, id, other, token } = await open()
  const seen = {
    ...nothing,
    id,
    name: full.name,
    picture: 'https://lovelace.example/ada.png',
    attributes: { team: { name: 'Analysts' } },
  }
  expect(await look(world, id, other)).toEqual(seen)
  expect(await look(world, id, token)).toEqual(seen)
  expect(await look(world, id)).toEqual({ ...nothing, id })
})

test('an owner shows each field and each public attribute to whom they want, and hides it again', async () => {
  const { world, id, other, token } = await open()
  const shown = { ...full, picture: 'https://lovelace.example/ada.png', email: ada.email }
  for (const [field, value] of Object.entries(shown)) {
    await patchMe(world, token, { visibility: { [field]: 'everyone' } })
    expect(await look(world, id)).toEqual({ ...nothing, id, [field]: value })
    await patchMe(world, token, { visibility: { [field]: 'users' } })
    expect(await look(world, id)).toEqual({ ...nothing, id })
    expect(await look(world, id, other)).toMatchObject({ [field]: value })
    await patchMe(world, token, { visibility: { [field]: 'nobody' } })
    expect(await look(world, id, other)).toMatchObject({ [field]: null })
  }
  await patchMe(world, token, { visibility: { company: 'everyone', team: 'nobody' } })
  expect(await look(world, id, other)).toEqual({ ...nothing, id, attributes: { company: 'Engines' } })
  const { body } = await patchMe(world, token, { visibility: { company: null, team: null, name: null } })
  expect(Object(body).visibility).toMatchObject({ company: 'nobody', team: 'users', name: 'users', email: 'nobody' })
})

test('nobody shows what is private, the operator’s or not there, to anyone', async () => {
  const { world, id, other, token } = await open()
  for (const field of ['shoeSize', 'plan', 'hat', 'password', 'id', 'attributes', 'constructor']) {
    expect(await patchMe(world, token, { visibility: { [field]: 'everyone' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: `/visibility/${field}`, code: 'unrecognized_keys' }] },
    })
  }
  for (const audience of ['Everyone', 'friends', '', true, {}]) {
    expect(await patchMe(world, token, { visibility: { bio: audience } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/visibility/bio', code: 'invalid_value' }] },
    })
  }
  // As an older declaration may have let its owner choose.
  await world.db.update(users).set({ visibility: { shoeSize: 'everyone', plan: 'everyone', bio: 'friends' } })
  expect(await look(world, id)).toEqual({ ...nothing, id })
  expect(Object(await look(world, id, other)).attributes).toEqual({ team: { name: 'Analysts' } })
})

test('an address that is not proved is shown to nobody, whatever its owner says', async () => {
  const { world, id, token } = await open()
  await patchMe(world, token, { visibility: { email: 'everyone' } })
  await world.db.update(users).set({ emailVerifiedAt: null })
  expect(await look(world, id)).toMatchObject({ email: null })
})

test('hidden and unset look the same, to the byte', async () => {
  const { world, id, token } = await open()
  const visible = { name: 'everyone', bio: 'nobody' }
  await patchMe(world, token, { visibility: visible })
  const hidden = await world.send(`GET /v1/users/${id}`)
  await patchMe(world, token, { bio: null, phone: null, address: null, attributes: { company: null } })
  const unset = await world.send(`GET /v1/users/${id}`)
  expect(unset.text).toBe(hidden.text)
  const names = ({ headers }: { headers: Headers }) => [...headers].filter(([name]) => name !== 'x-request-id')
  expect(names(unset)).toEqual(names(hidden))
})

test('unknown, banned and closed accounts are the same 404, to everybody', async () => {
  const { world, id, other } = await open()
  const unknown = '00000000-0000-7000-8000-000000000000'
  for (const state of [{ bannedAt: world.clock.now() }, { closedAt: world.clock.now() }]) {
    await world.db.update(users).set({ bannedAt: null, closedAt: null })
    expect((await world.send(`GET /v1/users/${id}`, { token: other })).status).toBe(200)
    await world.db.update(users).set(state).where(sql`id = ${id}`)
    for (const token of [undefined, other]) {
      const call = token === undefined ? {} : { token }
      const [gone, never] = [
        await world.send(`GET /v1/users/${id}`, call),
        await world.send(`GET /v1/users/${unknown}`, call),
      ]
      expect(gone.status).toBe(404)
      expect({ ...problemOf(gone), instance: '' }).toEqual({ ...problemOf(never), instance: '' })
    }
  }
  expect((await world.send('GET /v1/users/ada')).status).toBe(404)
})

test('a credential has to be good: who was logged out, or has a bad token, is told instead of seeing less', async () => {
  const { world, id, other } = await open()
  await world.send('POST /v1/auth/logout', { token: other })
  for (const path of [id, '00000000-0000-7000-8000-000000000000']) {
    expect(await world.send(`GET /v1/users/${path}`, { token: other })).toMatchObject({
      status: 401,
      body: { code: 'session_revoked' },
    })
    expect((await world.send(`GET /v1/users/${path}`, { token: 'garbage' })).status).toBe(401)
  }
})

test('a look is one statement', async () => {
  const { world, id, other } = await open()
  const before = world.statements.length
  await look(world, id)
  await look(world, id, other)
  expect(world.statements).toHaveLength(before + 2)
})
