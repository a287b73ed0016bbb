import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { target } from '../target'

const server = await target()
const { accessToken } = await given.person(server)

const defaults = {
  theme: 'system',
  reducedMotion: 'system',
  weekStart: 'locale',
  timeFormat: 'locale',
  emails: { productNews: false, tips: false },
}

const read = async (token = accessToken) => (await server.send('GET /v1/me/preferences', { accessToken: token })).json
const patch = (body: string, headers: Record<string, string> = {}) =>
  server.send('PATCH /v1/me/preferences', { accessToken, body, headers })
const mergePatch = { 'content-type': 'application/merge-patch+json' }

test('all have defaults; a merge patch changes what it names, and null takes it back', async () => {
  expect(await read()).toEqual(defaults)
  const dark = await patch('{"theme":"dark","emails":{"tips":true}}', mergePatch)
  expect(dark.status).toBe(200)
  expect(dark.json).toEqual({ ...defaults, theme: 'dark', emails: { productNews: false, tips: true } })
  expect((await patch('{"emails":{"productNews":true}}')).json).toEqual({
    ...defaults,
    theme: 'dark',
    emails: { productNews: true, tips: true },
  })
  expect(await read()).toMatchObject({ theme: 'dark', emails: { productNews: true, tips: true } })
  expect((await patch('{"theme":null,"emails":null}', mergePatch)).json).toEqual(defaults)
})

const hostile: [string, string, string][] = [
  ['a preference that is not declared', '{"isAdmin":true}', '/isAdmin'],
  ['one that is nested', '{"emails":{"spam":true}}', '/emails/spam'],
  ['a choice that there is not', '{"theme":"pink"}', '/theme'],
  ['an object for a text', '{"theme":{"$ne":""}}', '/theme'],
  ['a list for an object', '{"emails":[true]}', '/emails'],
  ['a prototype', '{"__proto__":{"theme":"dark"}}', '/__proto__'],
  ['a prototype to be removed', '{"__proto__":null}', '/__proto__'],
  ['a nested prototype', '{"emails":{"__proto__":{"tips":true}}}', '/emails/__proto__'],
  ['a constructor', '{"constructor":{"prototype":{}}}', '/constructor'],
  ['a member that is too large', `{"x":"${'x'.repeat(20_000)}"}`, ''],
  ['a list', '[]', ''],
  ['a text', '"dark"', ''],
  ['null', 'null', ''],
]

test.each(hostile)('%s is refused, and nothing that comes with it is kept', async (_, body, pointer) => {
  const before = await read()
  const withMore = body.startsWith('{') ? `{"weekStart":"monday",${body.slice(1)}` : body
  for (const headers of [{}, mergePatch]) expectFaultyField(await patch(withMore, headers), pointer)
  expect(await read()).toEqual(before)
})

test('what is nested without end, too large for a body, or no JSON is refused', async () => {
  expectFaultyField(await patch(`${'{"emails":'.repeat(200)}1${'}'.repeat(200)}`), `${'/emails'.repeat(17)}`)
  expectProblem(await patch(`{"theme":"${'x'.repeat(70_000)}"}`), 413, 'payload_too_large')
  expectProblem(await patch('{"theme":', mergePatch), 400, 'malformed_request')
  expectProblem(await patch('{}', { 'content-type': 'application/json-patch+json' }), 415, 'unsupported_media_type')
})

test('they have a tag of their own', async () => {
  const first = await server.send('GET /v1/me/preferences', { accessToken })
  const tag = first.headers.get('etag') ?? ''
  const again = await server.send('GET /v1/me/preferences', { accessToken, headers: { 'if-none-match': tag } })
  expect([again.status, again.text]).toEqual([304, ''])
  expect((await patch('{"theme":"light"}', { 'if-match': tag })).status).toBe(200)
  expectProblem(await patch('{"theme":"dark"}', { 'if-match': tag }), 412, 'precondition_failed')
  expectProblem(await patch('{"theme":"dark"}', { 'if-match': 'any' }), 400, 'malformed_request')
})

test('they are their owner’s, and nobody else’s', async () => {
  const other = await given.person(server)
  await patch('{"theme":"dark"}')
  expect(await read(other.accessToken)).toEqual(defaults)
  expectProblem(await server.send('GET /v1/me/preferences'), 401, 'unauthenticated')
  expectProblem(await server.send('PATCH /v1/me/preferences', { json: { theme: 'dark' } }), 401, 'unauthenticated')
  await server.send('POST /v1/auth/logout', { accessToken: other.accessToken })
  const late = { accessToken: other.accessToken, json: { theme: 'dark' } }
  expectProblem(await server.send('PATCH /v1/me/preferences', late), 401, 'session_revoked')
})
