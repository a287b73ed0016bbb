import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaults, expectFaultyField, expectProblem } from '../support/expect-problem'
import { User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const { accessToken } = await given.person(server)

const me = async () => User.parse((await server.send('GET /v1/me', { accessToken })).json)
const patch = (body: string, headers: Record<string, string> = {}) =>
  server.send('PATCH /v1/me', { accessToken, body, headers })

test('what the operator declares is kept, shown with every account, and removed by null', async () => {
  expect((await me()).attributes).toEqual({})
  const attributes = { pronouns: 'she/her', company: 'Engines', birthdate: '1815-12-10' }
  const reply = await patch(JSON.stringify({ attributes }))
  expect(reply.status).toBe(200)
  expect(User.parse(reply.json).attributes).toEqual(attributes)
  expect(await me()).toEqual(User.parse(reply.json))
  await patch('{"attributes":{"company":null,"jobTitle":"Analyst"}}')
  expect((await me()).attributes).toEqual({ pronouns: 'she/her', birthdate: '1815-12-10', jobTitle: 'Analyst' })
})

const hostile: [string, string, string][] = [
  ['an attribute that is not declared', '{"role":"admin"}', '/attributes/role'],
  ['the operator’s own', '{"customerNumber":"1"}', '/attributes/customerNumber'],
  ['the operator’s own to be removed', '{"customerNumber":null}', '/attributes/customerNumber'],
  ['a prototype', '{"__proto__":{"company":"x"}}', '/attributes/__proto__'],
  ['a prototype to be removed', '{"__proto__":null}', '/attributes/__proto__'],
  ['a constructor', '{"constructor":"x"}', '/attributes/constructor'],
  ['a method of every object', '{"toString":"x","hasOwnProperty":"y"}', '/attributes/toString'],
  ['a name that is a pointer', '{"a/b~c":1}', '/attributes/a~1b~0c'],
  ['an object for a text', '{"company":{"$ne":""}}', '/attributes/company'],
  ['a list for a text', '{"company":["x"]}', '/attributes/company'],
  ['a text that is too long', `{"company":"${'x'.repeat(101)}"}`, '/attributes/company'],
  ['a text with a line break', '{"company":"a\\nb"}', '/attributes/company'],
  ['a text with a NUL', '{"company":"a\\u0000b"}', '/attributes/company'],
  ['a text with half a character', '{"company":"\\ud800"}', '/attributes/company'],
  ['a day that there is not', '{"birthdate":"1815-02-30"}', '/attributes/birthdate'],
  ['a list of attributes', '["company"]', '/attributes'],
  ['a text of attributes', '"company"', '/attributes'],
  ['no attributes', 'null', '/attributes'],
]

test.each(hostile)('%s is refused, and nothing that comes with it is kept', async (_, attributes, pointer) => {
  const before = await me()
  expectFaultyField(await patch(`{"bio":"Slipped in.","attributes":${attributes}}`), pointer)
  expect(await me()).toEqual(before)
})

test('the answer to one of the operator’s is that to one that there is not', async () => {
  expectFaults(await patch('{"attributes":{"customerNumber":"1","customerNumbers":"1"}}'), {
    '/attributes/customerNumber': 'unrecognized_keys',
    '/attributes/customerNumbers': 'unrecognized_keys',
  })
})

test('an account has a tag, by which it is read again only if it changed, and changed only if it did not', async () => {
  const read = (headers: Record<string, string> = {}) => server.send('GET /v1/me', { accessToken, headers })
  const first = await read()
  const tag = first.headers.get('etag') ?? ''
  expect(tag).toMatch(/^"[\x21\x23-\x7e]+"$/)
  const again = await read({ 'if-none-match': tag })
  expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag])
  const changed = await patch('{"bio":"One tab."}', { 'if-match': tag })
  expect(changed.status).toBe(200)
  const next = changed.headers.get('etag') ?? ''
  expect(next).not.toBe(tag)
  expect((await read({ 'if-none-match': tag })).headers.get('etag')).toBe(next)
  for (const stale of [tag, `W/${next}`, '"a", "b"']) {
    expectProblem(await patch('{"bio":"Another."}', { 'if-match': stale }), 412, 'precondition_failed')
  }
  expectProblem(await patch('{"bio":"Another."}', { 'if-match': next.slice(1, -1) }), 400, 'malformed_request')
  expectFaultyField(await patch('{"biography":"Another."}', { 'if-match': tag }), '/biography')
  expect((await me()).bio).toBe('One tab.')
  expect((await patch('{"bio":"Another."}', { 'if-match': `${tag}, ${next}` })).status).toBe(200)
})

test('no other account’s tag is good for mine', async () => {
  const other = await given.person(server)
  const tag = (await server.send('GET /v1/me', { accessToken: other.accessToken })).headers.get('etag') ?? ''
  expectProblem(await patch('{"bio":"Mine."}', { 'if-match': tag }), 412, 'precondition_failed')
})
