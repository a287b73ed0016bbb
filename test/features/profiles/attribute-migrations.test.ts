import { expect, test } from 'bun:test'
import { users } from '#db/schema/profiles'
import { setAttributes } from '#features/admin/set-attributes'
import { migrateAttributes } from '#features/profiles/migrate-attributes'
import { openWorld, type World } from '../../platform'
import { keepHouse } from '../jobs/housekeeping'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import { declaration, declaring, nextDeclaration, patchMe } from './declarations'

const attributes = { company: 'Engines', shoeSize: 36, notes: ['G', 'H'] }

/** Somebody with attributes of the first version, and the same world after the declaration was changed. */
const open = async () => {
  const before = declaring(await openWorld(), declaration)
  const { accessToken: token } = await registerAndLogIn(before)
  await patchMe(before, token, { attributes })
  return { before, after: declaring(before, nextDeclaration), token }
}

const stored = async (world: World, address = ada.email) => {
  const [row] = (await world.db.select().from(users)).filter(({ email }) => email === address)
  return { version: row?.attributesVersion, attributes: row?.attributes, updatedAt: row?.updatedAt }
}

const ownAttributes = async (world: World, token: string) =>
  Object((await world.send('GET /v1/me', { token })).body).attributes

test('what is of an older version is read in today’s form; what that does not accept is left out, and stays stored', async () => {
  const { after, token } = await open()
  expect(await ownAttributes(after, token)).toEqual({ employer: 'Engines', shoeSize: 'EU 36' })
  expect(await stored(after)).toMatchObject({ version: 1, attributes })
  expect((await logIn(after)).user.attributes).toEqual({ employer: 'Engines', shoeSize: 'EU 36' })
})

test('the next change writes today’s form, with what is not accepted still in it', async () => {
  const { after, token } = await open()
  const changed = await patchMe(after, token, { attributes: { employer: 'Looms' } })
  expect(changed).toMatchObject({ status: 200, body: { attributes: { employer: 'Looms', shoeSize: 'EU 36' } } })
  expect(await stored(after)).toMatchObject({
    version: 3,
    attributes: { employer: 'Looms', shoeSize: 'EU 36', notes: ['G', 'H'] },
  })
  await patchMe(after, token, { attributes: { notes: ['G'] } })
  expect(await ownAttributes(after, token)).toEqual({ employer: 'Looms', shoeSize: 'EU 36', notes: ['G'] })
})

test('of changes at once to an older form each counts, and none is written twice', async () => {
  const { after, token } = await open()
  const changes = [{ employer: 'Looms' }, { shoeSize: 'EU 40' }, { notes: ['H'] }, { notes: null }]
  const answers = await Promise.all(changes.map((change) => patchMe(after, token, { attributes: change })))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(await ownAttributes(after, token)).toMatchObject({ employer: 'Looms', shoeSize: 'EU 40' })
  expect(await stored(after)).toMatchObject({ version: 3 })
})

test('a change of something else leaves the older form as it is', async () => {
  const { after, token } = await open()
  await patchMe(after, token, { name: 'Augusta' })
  expect(await stored(after)).toMatchObject({ version: 1, attributes })
})

test('an operator’s change writes today’s form as well', async () => {
  const { after } = await open()
  await setAttributes(after.contextOf({ kind: 'system', job: 'postern attributes' }), ada.email, { plan: 'paid' })
  expect(await stored(after)).toMatchObject({ version: 3, attributes: { employer: 'Engines', plan: 'paid' } })
})

test('the job writes everybody’s, counts as nobody’s change, and has nothing to do the second time', async () => {
  const { before, after, token } = await open()
  const other = await registerAndLogIn(before, grace)
  await patchMe(before, other.accessToken, { attributes: { shoeSize: 40 } })
  const { updatedAt } = await stored(after)
  after.advance(60)
  await keepHouse(after, migrateAttributes)
  expect(await stored(after)).toEqual({
    version: 3,
    attributes: { employer: 'Engines', shoeSize: 'EU 36', notes: ['G', 'H'] },
    updatedAt,
  })
  expect(await stored(after, grace.email)).toMatchObject({ version: 3, attributes: { shoeSize: 'EU 40' } })
  expect(await ownAttributes(after, token)).toEqual({ employer: 'Engines', shoeSize: 'EU 36' })
  const tags = (await after.send('GET /v1/me', { token })).headers.get('etag')
  await keepHouse(after, migrateAttributes)
  expect((await after.send('GET /v1/me', { token })).headers.get('etag')).toBe(tags)
})

test('a step that throws is told to the operator, keeps nobody out, and holds up nobody else', async () => {
  const { before, token } = await open()
  const other = await registerAndLogIn(before, grace)
  await patchMe(before, other.accessToken, { attributes: { shoeSize: 40 } })
  const faulty = declaring(before, {
    ...nextDeclaration,
    migrate: {
      ...nextDeclaration.migrate,
      2: ({ company, ...kept }) => {
        if (company !== undefined) throw new Error('A fault of the operator.')
        return kept
      },
    },
  })
  expect(await faulty.send('GET /v1/me', { token })).toMatchObject({ status: 200, body: { attributes: {} } })
  expect((await patchMe(faulty, token, { attributes: { employer: 'Looms' } })).status).toBe(500)
  await keepHouse(faulty, migrateAttributes)
  expect(await stored(faulty)).toMatchObject({ version: 1, attributes })
  expect(await stored(faulty, grace.email)).toMatchObject({ version: 3, attributes: { shoeSize: 'EU 40' } })
  const told = faulty.logs.filter(({ message }) => message === 'attributes can’t be migrated')
  expect(told.length).toBeGreaterThan(1)
})

test('what a newer build wrote is read as far as it is understood, and does not become older', async () => {
  const { before, after, token } = await open()
  await patchMe(after, token, { attributes: { employer: 'Looms' } })
  expect(await ownAttributes(before, token)).toEqual({ notes: ['G', 'H'] })
  await patchMe(before, token, { attributes: { company: 'Mills' } })
  await keepHouse(before, migrateAttributes)
  expect(await stored(before)).toMatchObject({ version: 3, attributes: { employer: 'Looms', company: 'Mills' } })
})
