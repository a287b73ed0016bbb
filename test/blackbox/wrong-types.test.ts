import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { mapTexts, requestBodies } from '../support/request-bodies'
import { User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const { accessToken } = await given.person(server)
const credentialFor = (route: string) => (route.endsWith('/me') ? { accessToken } : {})
/** Where null means something: it clears a field. */
const isClearable = (route: string, pointer: string) => route === 'PATCH /v1/me' && !pointer.startsWith('/address/')

const notTexts: unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1.5,
  1e300,
  [],
  ['a@example.com'],
  {},
  { $ne: '' },
  { toString: 'x' },
]

test.each(Object.keys(requestBodies))('%s takes a text for a text and nothing else', async (route) => {
  for (const value of notTexts) {
    const faulty: string[] = []
    const json = mapTexts(requestBodies[route]?.() ?? {}, (text, pointer) => {
      if (value === null && isClearable(route, pointer)) return text
      faulty.push(pointer)
      return value
    })
    const reply = await server.send(route, { json, ...credentialFor(route) })
    const { errors = [] } = expectProblem(reply, 422, 'invalid_request')
    expect(new Set(errors.map(({ pointer }) => pointer))).toEqual(new Set(faulty))
  }
})

test.each(Object.keys(requestBodies))('%s refuses a field it does not know, by name', async (route) => {
  for (const name of ['unknown', 'isAdmin', '__proto__', 'constructor', 'a/b~c', '', '0']) {
    const body = `{${JSON.stringify(name)}:{"x":1},${JSON.stringify(requestBodies[route]?.()).slice(1)}`
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    expectFaultyField(await server.send(route, { body, ...credentialFor(route) }), pointer)
  }
})

test('after all of that the profile is as it was', async () => {
  const me = User.parse((await server.send('GET /v1/me', { accessToken })).json)
  expect(me).toMatchObject({ name: null, bio: null, phone: null, address: null, website: null })
})
