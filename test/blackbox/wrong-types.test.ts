import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { fillRoute } from '../support/operations'
import { mapTexts, requestBodies } from '../support/request-bodies'
import { User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const { accessToken } = await given.person(server)
const credentialFor = (route: string) => (/\/me(\/preferences)?$/.test(route) ? { accessToken } : {})
/** Routes whose body has the fields of a profile. */
const hasProfile = new Set(['PATCH /v1/me', 'POST /v1/admin/users', 'PATCH /v1/admin/users/{id}'])

/** Where null means something: it clears a field, or a browser says that it has none. */
const takesNull = (route: string, pointer: string) =>
  (hasProfile.has(route) && !/^\/(address\/|email$|password$)/.test(pointer)) ||
  route === 'PATCH /v1/me/preferences' ||
  pointer.startsWith('/changes/') ||
  /\/(authenticatorAttachment|userHandle|publicKey|expiresAt|organizationId|autoJoinRole)$/.test(pointer)
/** What says of which form the rest is: without it nothing can be told of that. */
const isKind = (pointer: string) => pointer === '/method'

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
      if (isKind(pointer) || (value === null && takesNull(route, pointer))) return text
      faulty.push(pointer)
      return value
    })
    if (faulty.length === 0) continue
    const reply = await server.send(fillRoute(route), { json, ...credentialFor(route) })
    const { errors = [] } = expectProblem(reply, 422, 'invalid_request')
    expect(new Set(errors.map(({ pointer }) => pointer))).toEqual(new Set(faulty))
  }
})

const withKinds = Object.keys(requestBodies).filter((route) => 'method' in (requestBodies[route]?.() ?? {}))

test.each(withKinds)('%s has the forms that it says, and no other', async (route) => {
  for (const method of [...notTexts, 'sms', 'TOTP', '__proto__', 'constructor', '']) {
    expectFaultyField(await server.send(route, { json: { ...requestBodies[route]?.(), method } }), '/method')
  }
})

test.each(Object.keys(requestBodies))('%s refuses a field it does not know, by name', async (route) => {
  for (const name of ['unknown', 'isAdmin', '__proto__', 'constructor', 'a/b~c', '', '0']) {
    const body = `{${JSON.stringify(name)}:{"x":1},${JSON.stringify(requestBodies[route]?.()).slice(1)}`
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    expectFaultyField(await server.send(fillRoute(route), { body, ...credentialFor(route) }), pointer)
  }
})

test('after all of that the profile is as it was', async () => {
  const me = User.parse((await server.send('GET /v1/me', { accessToken })).json)
  expect(me).toMatchObject({ name: null, bio: null, phone: null, address: null, website: null })
})
