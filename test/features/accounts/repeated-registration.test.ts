import { expect, test } from 'bun:test'
import { passwords } from '#db/schema/accounts'
import { users } from '#db/schema/profiles'
import { openWorld, type World } from '../../platform'
import { ada } from '../people'
import { logInWith, mailedBy, mailOf, verifyEmail } from './mailed'

const required = { EMAIL_VERIFICATION: 'required' }

const register = async (world: World, fields: object = {}) => {
  await world.send('POST /v1/auth/register', { json: { ...ada, ...fields } })
  await world.settle()
}

const personOf = async (world: World) =>
  (await world.db.select({ name: users.name, locale: users.locale }).from(users)).at(0)

test('while nobody proved the address, the last registration’s name and language are those of the account', async () => {
  const world = await openWorld(required)
  await register(world, { name: 'Mallory', locale: 'en' })
  await register(world, { locale: 'fr' })
  expect(await personOf(world)).toEqual({ name: ada.name, locale: 'fr' })
  expect(mailOf(world, 'verify-email').text).toContain(ada.name)
  expect(mailOf(world, 'verify-email').text).not.toContain('Mallory')
  const { email, password } = ada
  await world.send('POST /v1/auth/register', { json: { email, password } })
  expect(await personOf(world)).toEqual({ name: null, locale: null })
})

test('once the address is proved, no registration changes its name, its language or its password', async () => {
  const world = await openWorld(required)
  await register(world)
  await verifyEmail(world, mailedBy(world, 'verify-email').token)
  const before = [await world.db.select().from(users), await world.db.select().from(passwords)]
  await register(world, { name: 'Mallory', locale: 'fr', password: 'another password' })
  expect([await world.db.select().from(users), await world.db.select().from(passwords)]).toEqual(before)
})

test('an account that lost its password before the proof gets that of the next registration', async () => {
  const world = await openWorld(required)
  await register(world)
  await world.db.delete(passwords)
  await register(world, { password: 'another password' })
  const proof = await verifyEmail(world, mailedBy(world, 'verify-email').token)
  expect(proof).toMatchObject({ body: { activation: { isFullyActivated: true, pendingTasks: [] } } })
  expect((await logInWith(world, 'another password')).status).toBe(200)
})

test('whoever proves an address without a password is told what is left to do, and where they may go', async () => {
  const world = await openWorld(required)
  await register(world)
  await world.db.delete(passwords)
  expect(await verifyEmail(world, mailedBy(world, 'verify-email').token)).toMatchObject({
    status: 200,
    body: { activation: { isFullyActivated: false, canLogin: true, pendingTasks: ['password_setup'] } },
  })
})
