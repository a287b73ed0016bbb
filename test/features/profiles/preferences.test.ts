import { expect, test } from 'bun:test'
import * as z from 'zod'
import { preferences as preferenceRows } from '#db/schema/profiles'
import { openWorld, type World } from '../../platform'
import { grace, registerAndLogIn } from '../people'
import { declaration, declaring } from './declarations'

const defaults = { theme: 'system', columns: ['name'], emails: { news: false, tips: true }, labels: {} }

const open = async () => {
  const world = declaring(await openWorld(), declaration)
  return { world, token: (await registerAndLogIn(world)).accessToken }
}

const read = (world: World, token: string, headers: Record<string, string> = {}) =>
  world.send('GET /v1/me/preferences', { token, headers })

const patch = (world: World, token: string, json: unknown, headers: Record<string, string> = {}) =>
  world.send('PATCH /v1/me/preferences', { token, json, headers })

const tagOf = ({ headers }: { headers: Headers }) => headers.get('etag') ?? ''

test('everything has a default, and only what was chosen is stored', async () => {
  const { world, token } = await open()
  expect((await read(world, token)).body).toEqual(defaults)
  expect(await world.db.select().from(preferenceRows)).toEqual([])
  expect((await patch(world, token, { emails: { news: true } })).body).toEqual({
    ...defaults,
    emails: { news: true, tips: true },
  })
  expect(await world.db.select({ document: preferenceRows.document }).from(preferenceRows)).toEqual([
    { document: { emails: { news: true } } },
  ])
})

test('objects are merged, lists are replaced, and null is the default again', async () => {
  const { world, token } = await open()
  await patch(world, token, { theme: 'dark', columns: ['a', 'b'], emails: { tips: false }, labels: { a: '1', b: '2' } })
  const { body } = await patch(world, token, { columns: ['c'], emails: { news: true }, labels: { a: null, c: '3' } })
  const merged = {
    theme: 'dark',
    columns: ['c'],
    emails: { news: true, tips: false },
    labels: { b: '2', c: '3' },
  }
  expect(body).toEqual(merged)
  expect((await read(world, token)).body).toEqual(merged)
  expect((await patch(world, token, { theme: null, emails: null, labels: null, columns: null })).body).toEqual(defaults)
})

test('a merge patch may be called one, or JSON, and nothing else', async () => {
  const { world, token } = await open()
  const as = (type: string) => patch(world, token, { theme: 'dark' }, { 'content-type': type })
  for (const type of [
    'application/merge-patch+json',
    'Application/Merge-Patch+JSON; charset=utf-8',
    'application/json',
  ]) {
    expect((await as(type)).status).toBe(200)
  }
  for (const type of ['application/json-patch+json', 'text/plain', 'application/merge-patch']) {
    expect((await as(type)).status).toBe(415)
  }
  const profile = { token, json: { name: 'A' }, headers: { 'content-type': 'application/merge-patch+json' } }
  expect((await world.send('PATCH /v1/me', profile)).status).toBe(415)
})

test('what a patch makes has to be what is declared; else nothing of it is kept', async () => {
  const { world, token } = await open()
  const cases: [object, string][] = [
    [{ theme: 'pink' }, '/theme'],
    [{ hat: 1 }, '/hat'],
    [{ emails: { spam: true } }, '/emails/spam'],
    [{ emails: [] }, '/emails'],
    [{ columns: ['a', 'b', 'c', 'd'] }, '/columns'],
    [{ labels: { a: 1 } }, '/labels/a'],
  ]
  for (const [changes, pointer] of cases) {
    expect(await patch(world, token, { ...changes, columns: ['z'], ...changes })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer }] },
    })
  }
  expect((await read(world, token)).body).toEqual(defaults)
})

test('all of them together take 16 KiB at most, also when they grow bit by bit', async () => {
  const { world, token } = await open()
  const labels = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`label${index}`, 'x'.repeat(1000)]))
  expect((await patch(world, token, { labels })).status).toBe(200)
  expect(await patch(world, token, { labels: { more: 'x'.repeat(1400) } })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '', code: 'too_big' }] },
  })
  expect((await patch(world, token, { labels: { label0: null, more: 'x'.repeat(900) } })).status).toBe(200)
})

test('they have a tag of their own, also before there are any', async () => {
  const { world, token } = await open()
  const first = tagOf(await read(world, token))
  expect((await read(world, token, { 'if-none-match': first })).status).toBe(304)
  const changed = await patch(world, token, { theme: 'dark' }, { 'if-match': first })
  expect(changed.status).toBe(200)
  expect(tagOf(await read(world, token))).toBe(tagOf(changed))
  expect(await patch(world, token, { theme: null }, { 'if-match': first })).toMatchObject({
    status: 412,
    body: { code: 'precondition_failed' },
  })
  expect((await patch(world, token, {}, { 'if-match': first })).status).toBe(412)
  expect((await patch(world, token, { theme: null }, { 'if-match': 'theme' })).status).toBe(400)
  expect((await patch(world, token, {}, { 'if-match': tagOf(changed) })).body).toMatchObject({ theme: 'dark' })
})

test('what another declaration does not accept any more counts as not chosen, and the rest still does', async () => {
  const { world, token } = await open()
  await patch(world, token, { theme: 'dark', columns: ['a'], emails: { news: true } })
  const narrower = declaring(world, {
    ...declaration,
    preferences: z.strictObject({
      theme: z.enum(['system', 'night']).default('system'),
      emails: z.strictObject({ news: z.boolean().default(false) }).prefault({}),
    }),
  })
  expect((await read(narrower, token)).body).toEqual({ theme: 'system', emails: { news: true } })
  expect((await patch(narrower, token, { theme: 'night' })).body).toEqual({ theme: 'night', emails: { news: true } })
  expect((await read(world, token)).body).toEqual({ ...defaults, emails: { news: true, tips: true } })
})

test('they are their owner’s alone, and gone with the session', async () => {
  const { world, token } = await open()
  const other = await registerAndLogIn(world, grace)
  await patch(world, token, { theme: 'dark' })
  expect((await read(world, other.accessToken)).body).toEqual(defaults)
  await world.send('POST /v1/auth/logout', { token })
  for (const answer of [
    await read(world, token),
    await patch(world, token, { theme: null }),
    await patch(world, token, {}),
  ]) {
    expect(answer).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
  }
  expect((await world.send('GET /v1/me/preferences')).status).toBe(401)
})

test('reading is one statement, changing two', async () => {
  const { world, token } = await open()
  const start = world.statements.length
  await read(world, token)
  expect(world.statements).toHaveLength(start + 1)
  await patch(world, token, { theme: 'dark' })
  expect(world.statements).toHaveLength(start + 3)
})
