import { expect, test } from 'bun:test'
import * as z from 'zod'
import { grantRole } from '#features/admin/grant-role'
import { revokeRole } from '#features/admin/revoke-role'
import type { World } from '../../platform'
import { logInWith } from '../accounts/mailed'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import {
  addressesIn,
  faultsOf,
  importFile,
  lines,
  openStaffWorld,
  operationIn,
  operator,
  sendFile,
  showOf,
} from './operators'

const change = async (world: World, token: string, json: object) => {
  const asked = await world.send('POST /v1/admin/users/bulk', { token, json })
  expect(asked.status).toBe(202)
  await world.settle()
  return showOf(world, token, operationIn(asked))
}

const Rows = z.array(z.object({ id: z.string(), email: z.string() }))

const idOf = async (world: World, email: string): Promise<string> => {
  const rows = Rows.parse(await world.db.run('select id, email from "user" where email = $1', [email], 'objects'))
  return rows[0]?.id ?? ''
}

const nowhere = '00000000-0000-7000-8000-000000000000'

/** Staff who may do something with many, and nothing else. */
const openRole = async (world: World, name: string, permissions: string[]) => {
  const values = [name, JSON.stringify(permissions), world.clock.now()]
  await world.db.run(`insert into role values ($1, '', $2::text::jsonb, $3, $3)`, values, 'objects')
  await grantRole(operator(world), grace.email, name)
  return (await logIn(world, grace)).accessToken
}

test('an update gives all of them the same, and each their own attributes', async () => {
  const { world, token } = await openStaffWorld()
  const people = Array.from({ length: 450 }, (_, at) => ({
    email: `person-${at}@example.com`,
    bio: 'Engines.',
    attributes: { company: 'Navy', jobTitle: `Number ${at}` },
  }))
  await importFile(world, token, lines(...people, { email: 'other@example.org', locale: 'en' }))
  const changes = { locale: 'de', bio: null, attributes: { company: null, customerNumber: '7' } }
  const operation = await change(world, token, {
    action: 'update',
    filter: { emailDomain: 'example.com', createdAfter: '2020-01-01T00:00:00Z' },
    changes,
  })
  expect(operation).toMatchObject({ kind: 'update', state: 'finished', rowsTotal: 451, rowsDone: 451, rowsFailed: 0 })
  const rows = await world.db.run(
    `select locale, bio, attributes from "user" where email like 'person-%' order by length(email), email`,
    [],
    'objects',
  )
  expect(rows).toEqual(
    people.map(({ attributes }) => ({
      locale: 'de',
      bio: null,
      attributes: { jobTitle: attributes.jobTitle, customerNumber: '7' },
    })),
  )
  const events = await world.db.run(
    `select count(*)::integer as count, ip_address, data from audit_event where type = 'account.updated' group by 2, 3`,
    [],
    'objects',
  )
  expect(events).toEqual([{ count: 451, ip_address: null, data: { fields: ['bio', 'locale', 'attributes'] } }])
  expect(await world.db.run(`select locale from "user" where email like 'other@%'`, [], 'objects')).toEqual([
    { locale: 'en' },
  ])
})

test('a deletion shuts every door at once, and erases when it is due', async () => {
  const { world, token, adaId } = await openStaffWorld({ ERASURE_GRACE_SECONDS: '60' })
  const { accessToken } = await registerAndLogIn(world, grace)
  await importFile(world, token, lines({ email: 'one@example.com' }))
  const ids = [await idOf(world, grace.email), await idOf(world, 'one@example.com'), nowhere, adaId]
  const operation = await change(world, token, { action: 'delete', ids: [...ids, ids[0]] })
  expect(operation).toMatchObject({ kind: 'delete', state: 'finished', rowsTotal: 4, rowsDone: 2, rowsFailed: 2 })
  expect(await faultsOf(world, token, operation)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(new RegExp(`^\\d /users/${nowhere} not_found$`)),
      expect.stringMatching(new RegExp(`^\\d /users/${adaId} own_account$`)),
    ]),
  )
  expect((await world.send('GET /v1/me', { token: accessToken })).status).toBe(401)
  expect((await logInWith(world, grace.password, grace.email)).status).toBe(401)
  world.advance(61)
  await world.db.run(
    `insert into pgboss.job (name, data, retry_limit)
      select 'begin-due-erasures', data || '{"payload":{}}', 0 from pgboss.job limit 1`,
    [],
    'objects',
  )
  await world.settle()
  expect(await addressesIn(world)).toEqual([])
})

test('those who may do what the caller may not are left alone', async () => {
  const { world, adaId } = await openStaffWorld()
  await registerAndLogIn(world, grace)
  const token = await openRole(world, 'cleaner', ['users:update', 'users:delete'])
  for (const json of [
    { action: 'delete', ids: [adaId] },
    { action: 'update', ids: [adaId], changes: { name: null } },
  ]) {
    const operation = await change(world, token, json)
    expect(operation).toMatchObject({ rowsDone: 0, rowsFailed: 1 })
    expect(await faultsOf(world, token, operation)).toEqual([`1 /users/${adaId} target_above_own`])
  }
  expect((await logIn(world, ada)).user).toMatchObject({ name: ada.name })
})

test('who may not any more when the work begins, has it not done', async () => {
  const { world, adaId } = await openStaffWorld()
  await registerAndLogIn(world, grace)
  const token = await openRole(world, 'editor', ['users:update'])
  const json = { action: 'update', ids: [adaId], changes: { locale: 'de' } }
  const asked = operationIn(await world.send('POST /v1/admin/users/bulk', { token, json }))
  await revokeRole(operator(world), grace.email, 'editor')
  await world.settle()
  const rows = await world.db.run('select state, failure from bulk_operation where id = $1', [asked.id], 'objects')
  expect(rows).toEqual([{ state: 'failed', failure: 'permission_lost' }])
})

test('so it is with imports and exports', async () => {
  const { world } = await openStaffWorld()
  await registerAndLogIn(world, grace)
  const token = await openRole(world, 'mover', ['users:import', 'users:export'])
  await sendFile(world, token, lines({ email: 'one@example.com' }))
  await world.send('POST /v1/admin/exports', { token, json: { format: 'csv' } })
  await revokeRole(operator(world), grace.email, 'mover')
  await world.settle()
  const rows = await world.db.run('select state, failure from bulk_operation', [], 'objects')
  expect(rows).toEqual(Array(2).fill({ state: 'failed', failure: 'permission_lost' }))
  expect(await addressesIn(world)).toEqual([grace.email])
})

test('everybody sees operations of the kinds that they may ask for, and no others', async () => {
  const { world, token } = await openStaffWorld()
  await registerAndLogIn(world, grace)
  const imported = await importFile(world, token, lines({ email: 'one@example.com' }))
  const exported = operationIn(await world.send('POST /v1/admin/exports', { token, json: { format: 'csv' } }))
  const other = await openRole(world, 'importer', ['users:import'])
  const list = async (bearer: string) =>
    z
      .object({ items: z.array(z.object({ id: z.string() })) })
      .parse((await world.send('GET /v1/admin/operations', { token: bearer })).body)
      .items.map(({ id }) => id)
      .toSorted()
  expect(await list(token)).toEqual([imported.id, exported.id].toSorted())
  expect(await list(other)).toEqual([imported.id])
  const paths = [`/${exported.id}`, `/${exported.id}/errors`, `/${exported.id}/file`, `/${nowhere}`]
  for (const path of paths) {
    expect((await world.send(`GET /v1/admin/operations${path}`, { token: other })).status).toBe(404)
  }
  expect((await world.send(`DELETE /v1/admin/operations/${exported.id}`, { token: other })).status).toBe(404)
  expect((await world.send('POST /v1/admin/exports', { token: other, json: { format: 'csv' } })).status).toBe(403)
})

test('a request that says too little or too much is refused', async () => {
  const { world, token } = await openStaffWorld()
  const ids = [nowhere]
  for (const json of [
    { action: 'update', ids },
    { action: 'update', ids, changes: {} },
    { action: 'update', changes: { locale: 'de' } },
    { action: 'delete', filter: {} },
    { action: 'delete', ids, filter: { banned: true } },
    { action: 'delete', ids, changes: { locale: 'de' } },
    { action: 'update', ids, changes: { name: 'Ada' } },
    { action: 'update', ids, changes: { attributes: { shoeSize: 41 } } },
    { action: 'ban', ids },
    { action: 'delete', ids: Array.from({ length: 10_001 }, () => crypto.randomUUID()) },
  ]) {
    expect((await world.send('POST /v1/admin/users/bulk', { token, json })).status).toBe(422)
  }
  const most = Array.from({ length: 10_000 }, () => crypto.randomUUID())
  const asked = await world.send('POST /v1/admin/users/bulk', { token, json: { action: 'delete', ids: most } })
  expect(asked.status).toBe(202)
})
