import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { PublicProfile, User } from '../support/shapes'
import { visible } from '../support/visible'
import { target } from '../target'

const server = await target()
const [ada, grace] = [await given.person(server, { name: 'Ada' }), await given.person(server)]
const { accessToken } = ada

const look = (id: string, token?: string) =>
  server.send(`GET /v1/users/${id}`, token === undefined ? {} : { accessToken: token })

const seen = async (token?: string) => PublicProfile.parse((await look(ada.user.id, token)).json)

const patch = async (json: unknown) => {
  const reply = await server.send('PATCH /v1/me', { accessToken, json })
  expect(reply.status).toBe(200)
  return User.parse(reply.json)
}

const nothing = {
  ...{ id: ada.user.id, name: null, bio: null, website: null, picture: null, locale: null, timeZone: null },
  ...{ phone: null, address: null, email: null, attributes: {} },
}

test('who registers shows nothing to the world, and a name to who is signed in', async () => {
  expect(await seen()).toEqual(nothing)
  expect(await seen(grace.accessToken)).toEqual({ ...nothing, name: 'Ada' })
  expect(await seen(accessToken)).toEqual({ ...nothing, name: 'Ada' })
})

test('what is shown to whom is the owner’s choice, field by field', async () => {
  await patch({ bio: 'Engines.', phone: '+442071838750', attributes: { company: 'Engines', pronouns: 'she/her' } })
  const { visibility } = await patch({
    visibility: { bio: 'everyone', company: 'everyone', phone: 'users', name: 'nobody' },
  })
  expect(visibility).toMatchObject({
    bio: 'everyone',
    company: 'everyone',
    phone: 'users',
    name: 'nobody',
    email: 'nobody',
  })
  const forAll = { ...nothing, bio: 'Engines.', attributes: { company: 'Engines' } }
  expect(await seen()).toEqual(forAll)
  expect(await seen(grace.accessToken)).toEqual({ ...forAll, phone: '+442071838750' })
  await patch({ visibility: { bio: null, company: null, phone: null, name: null, email: 'everyone' } })
  expect(await seen()).toEqual({ ...nothing, email: ada.email })
  await patch({ visibility: { email: null } })
  expect(await seen()).toEqual(nothing)
})

test('there is no showing of what is not there to be shown', async () => {
  for (const field of ['id', 'birthdate', 'customerNumber', 'password', 'attributes', '__proto__', 'constructor', '']) {
    const body = `{"visibility":{${JSON.stringify(field)}:"everyone"}}`
    expectFaultyField(await server.send('PATCH /v1/me', { accessToken, body }), `/visibility/${field}`)
  }
  for (const audience of ['"friends"', '"EVERYONE"', 'true', '1', '["users"]', '{"users":true}']) {
    const body = `{"visibility":{"bio":${audience}}}`
    expectFaultyField(await server.send('PATCH /v1/me', { accessToken, body }), '/visibility/bio')
  }
  for (const visibility of ['null', '"everyone"', '["everyone"]', '1']) {
    expectFaultyField(
      await server.send('PATCH /v1/me', { accessToken, body: `{"visibility":${visibility}}` }),
      '/visibility',
    )
  }
  expect(await seen()).toEqual(nothing)
})

test('an id of nobody is not found, and neither is what is none', async () => {
  const unknown = visible(await look('00000000-0000-7000-8000-000000000000'))
  expect(visible(await look(crypto.randomUUID())).text).toBe(unknown.text)
  for (const id of ['ada', '0', `${ada.user.id}0`, `${ada.user.id}%00`, '%2e%2e%2fme', ada.user.id.toUpperCase()]) {
    const reply = await look(id)
    if (id === ada.user.id.toUpperCase()) expect([200, 404]).toContain(reply.status)
    else expectProblem(reply, 404, 'not_found')
  }
  expectProblem(
    await server.send(`PATCH /v1/users/${ada.user.id}`, { accessToken, json: { name: 'Eve' } }),
    405,
    'method_not_allowed',
  )
})

test('a bad credential is told, and not taken for none', async () => {
  expectProblem(await look(ada.user.id, `${accessToken.slice(0, -8)}AAAAAAAA`), 401, 'invalid_access_token')
  const gone = await given.session(server, grace)
  await server.send('POST /v1/auth/logout', { accessToken: gone.accessToken })
  expectProblem(await look(ada.user.id, gone.accessToken), 401, 'session_revoked')
})
