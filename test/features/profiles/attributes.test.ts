import { expect, test } from 'bun:test'
import { auditEvents } from '#db/schema/audit'
import { users } from '#db/schema/profiles'
import { setAttributes } from '#features/admin/set-attributes'
import { showAttributes } from '#features/admin/show-attributes'
import { openWorld, type World } from '../../platform'
import { everything, startColliding } from '../audit/colliding'
import { ada, grace, registerAndLogIn } from '../people'
import { declaration, declaring, patchMe } from './declarations'

const open = async () => {
  const world = declaring(await openWorld(), declaration)
  return { world, token: (await registerAndLogIn(world)).accessToken }
}

const asOperator = (world: World) => world.contextOf({ kind: 'system', job: 'postern attributes' })

test('attributes are set, kept, replaced whole and removed by null', async () => {
  const { world, token } = await open()
  const all = { company: 'Engines', team: { name: 'Analysts', size: 2 }, shoeSize: 36, notes: ['G', 'H'] }
  expect(await patchMe(world, token, { attributes: all })).toMatchObject({ status: 200, body: { attributes: all } })
  await patchMe(world, token, { attributes: { team: { name: 'Programmers' }, notes: null, company: '  Looms ' } })
  const expected = { company: 'Looms', team: { name: 'Programmers' }, shoeSize: 36 }
  const { body } = await world.send('GET /v1/me', { token })
  expect(body).toMatchObject({ attributes: { company: 'Looms' } })
  expect(Object(body).attributes).toEqual(expected)
  await patchMe(world, token, { name: 'Augusta' })
  expect(Object((await world.send('GET /v1/me', { token })).body).attributes).toEqual(expected)
})

test('each is checked by its own declaration, and the answer points into it', async () => {
  const { world, token } = await open()
  const attributes = { company: '', team: { name: 1, role: 'x' }, shoeSize: 3.5, notes: [1], plan: 'paid', hat: 1 }
  const { status, body } = await patchMe(world, token, { name: 'Mallory', attributes })
  expect(status).toBe(422)
  const pointers: { pointer: string; code: string }[] = Object(body).errors
  expect(Object.fromEntries(pointers.map(({ pointer, code }) => [pointer, code]))).toEqual({
    '/attributes/company': 'too_small',
    '/attributes/team/name': 'invalid_type',
    '/attributes/team/role': 'unrecognized_keys',
    '/attributes/shoeSize': 'invalid_type',
    '/attributes/notes/0': 'invalid_type',
    '/attributes/plan': 'unrecognized_keys',
    '/attributes/hat': 'unrecognized_keys',
  })
  expect((await world.send('GET /v1/me', { token })).body).toMatchObject({ name: ada.name, attributes: {} })
})

test('what the operator keeps is shown to the operator alone, and an owner can’t tell it from what is not declared', async () => {
  const { world, token } = await open()
  await setAttributes(asOperator(world), ada.email, { plan: 'paid', company: 'Engines' })
  expect(Object((await world.send('GET /v1/me', { token })).body).attributes).toEqual({ company: 'Engines' })
  for (const value of ['free', null]) {
    const [own, unknown] = [{ plan: value }, { plot: value }]
    const answers = [
      await patchMe(world, token, { attributes: own }),
      await patchMe(world, token, { attributes: unknown }),
    ]
    const errors = answers.map(({ status, body }) => [
      status,
      Object(body).errors[0].code,
      Object(body).errors[0].message,
    ])
    expect(errors[0]).toEqual(errors[1])
  }
  await patchMe(world, token, { attributes: { company: null } })
  expect((await showAttributes(asOperator(world), ada.email)).attributes).toEqual({ plan: 'paid' })
})

test('the operator’s changes are checked too, and recorded without their values', async () => {
  const { world } = await open()
  await setAttributes(asOperator(world), 'ADA@example.com', { plan: 'paid', shoeSize: 37 })
  await setAttributes(asOperator(world), ada.email, { shoeSize: null })
  await expect(setAttributes(asOperator(world), ada.email, { plan: 'gold' })).rejects.toThrow('invalid_request')
  await expect(setAttributes(asOperator(world), ada.email, { hat: 1 })).rejects.toThrow('invalid_request')
  await expect(setAttributes(asOperator(world), grace.email, { plan: 'paid' })).rejects.toThrow('not_found')
  await expect(showAttributes(asOperator(world), grace.email)).rejects.toThrow('not_found')
  const events = (await world.db.select().from(auditEvents)).filter(({ type }) => type === 'profile.attributes_set')
  expect(events.map(({ data, actorKind }) => [data, actorKind])).toEqual([
    [{ names: expect.arrayContaining(['plan', 'shoeSize']) }, 'system'],
    [{ names: ['shoeSize'] }, 'system'],
  ])
})

test('what can’t be recorded is not set', async () => {
  const { world, token } = await open()
  const { colliding } = await startColliding(world)
  const before = await everything(world)
  await expect(setAttributes(asOperator(colliding), ada.email, { plan: 'paid' })).rejects.toThrow()
  expect((await patchMe(colliding, token, { attributes: { company: 'Engines' } })).status).toBe(500)
  expect(await everything(world)).toEqual(before)
})

test('all of them together take 16 KiB at most, also when they grow bit by bit', async () => {
  const { world, token } = await open()
  const fits = Array.from({ length: 15 }, () => 'x'.repeat(1000))
  expect((await patchMe(world, token, { attributes: { notes: fits } })).status).toBe(200)
  const refused = await patchMe(world, token, { name: 'Mallory', attributes: { notes: [...fits, 'x'.repeat(1400)] } })
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/attributes', code: 'too_big' }] } })
  expect((await patchMe(world, token, { attributes: { company: 'Engines' } })).status).toBe(200)
  await expect(setAttributes(asOperator(world), ada.email, { team: { name: 'x'.repeat(1400) } })).rejects.toThrow(
    'precondition_failed',
  )
  expect((await world.send('GET /v1/me', { token })).body).toMatchObject({
    name: ada.name,
    attributes: { notes: fits, company: 'Engines' },
  })
})

test('a change is one statement, attributes and visibility included', async () => {
  const { world, token } = await open()
  const before = world.statements.length
  await patchMe(world, token, { name: 'A', attributes: { company: 'B' }, visibility: { company: 'everyone' } })
  expect(world.statements).toHaveLength(before + 1)
  const [row] = await world.db.select().from(users)
  expect(row).toMatchObject({ attributesVersion: 1, visibility: { company: 'everyone' } })
})
