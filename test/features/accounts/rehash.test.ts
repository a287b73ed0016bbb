import { expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import type { PasswordHasher } from '#core/platform'
import { overloaded } from '#core/problems'
import { passwords } from '#db/schema/accounts'
import { openWorld, type World } from '../../platform'
import { ada, registerAndLogIn, registerOnly } from '../people'
import { ban, logInWith } from './mailed'

const oldHash = `old$${ada.password}`

/** The hasher of the tests, which knows hashes of an older kind too. */
const withOldHashes = (hasher: PasswordHasher): PasswordHasher => ({
  ...hasher,
  verify: async (password, hash) => {
    const matches = await hasher.verify(password, hash)
    return matches || hash === `old$${password}`
  },
})

/** Someone whose password was hashed in an older way, and an instance with this hasher. */
const openOldWorld = async (
  replace: (hasher: PasswordHasher, world: World) => Partial<PasswordHasher> = () => ({}),
) => {
  const world = await openWorld()
  await registerAndLogIn(world)
  await world.db.update(passwords).set({ hash: oldHash })
  const hasher = withOldHashes(world.platform.passwords)
  const parts = { passwords: { ...hasher, ...replace(hasher, world) } }
  const instance = world.startAnother({}, parts)
  // An instance reads its signing key first, and notes behind the answer by which SECRET it seals.
  await instance.send('GET /.well-known/jwks.json')
  await instance.settle()
  world.hashes.count = 0
  world.statements.length = 0
  return { world, instance }
}

const storedHash = async (world: World) => (await world.db.select({ hash: passwords.hash }).from(passwords))[0]?.hash

test('a log-in replaces an old hash by one of today, in the statement that opens the session', async () => {
  const { world, instance } = await openOldWorld()
  await instance.send('POST /v1/auth/login', { json: { email: ada.email, password: ada.password } })
  expect(world.statements).toHaveLength(2)
  expect(world.hashes.count).toBe(2)
  expect(await storedHash(world)).toBe(`readable$${ada.password}`)
  expect((await logInWith(world, ada.password)).status).toBe(200)
})

test('a hash of today stays, and costs no second one', async () => {
  const { world, instance } = await openOldWorld()
  await logInWith(instance, ada.password)
  const before = await world.db.select().from(passwords)
  world.hashes.count = 0
  world.advance(60)
  await logInWith(instance, ada.password)
  expect(world.hashes.count).toBe(1)
  expect(await world.db.select().from(passwords)).toEqual(before)
})

test('a wrong password replaces nothing, at the cost of one hash', async () => {
  const { world, instance } = await openOldWorld()
  expect((await logInWith(instance, 'a wrong guess')).status).toBe(401)
  expect(world.hashes.count).toBe(1)
  expect(await storedHash(world)).toBe(oldHash)
})

test('a refused log-in replaces nothing, though the password is right', async () => {
  const banned = await openOldWorld()
  await ban(banned.world)
  expect((await logInWith(banned.instance, ada.password)).status).toBe(401)
  expect(banned.world.hashes.count).toBe(1)
  expect(await storedHash(banned.world)).toBe(oldHash)
  const required = await openWorld({ EMAIL_VERIFICATION: 'required' })
  await registerOnly(required)
  await required.db.update(passwords).set({ hash: oldHash })
  const instance = required.startAnother({}, { passwords: withOldHashes(required.platform.passwords) })
  expect((await logInWith(instance, ada.password)).status).toBe(403)
  expect(await storedHash(required)).toBe(oldHash)
})

test('a hasher without room spoils no log-in: the old hash stays until the next one', async () => {
  const { world, instance } = await openOldWorld(() => ({ hash: () => Promise.reject(overloaded()) }))
  expect((await logInWith(instance, ada.password)).status).toBe(200)
  expect(await storedHash(world)).toBe(oldHash)
})

test('a password that was changed meanwhile is not overwritten, and the log-in is refused', async () => {
  const { world, instance } = await openOldWorld((hasher, world) => ({
    hash: async (password) => {
      await world.db.update(passwords).set({ hash: 'readable$meanwhile' }).where(eq(passwords.hash, oldHash))
      return hasher.hash(password)
    },
  }))
  expect(await logInWith(instance, ada.password)).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
  expect(await storedHash(world)).toBe('readable$meanwhile')
})

test('of eight log-ins at once with an old hash none is refused: the new hash is of the same password', async () => {
  const { world, instance } = await openOldWorld()
  const answers = await Promise.all(Array.from({ length: 8 }, () => logInWith(instance, ada.password)))
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
  expect(await storedHash(world)).toBe(`readable$${ada.password}`)
})
