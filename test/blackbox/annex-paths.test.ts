import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { sendRaw } from '../support/send-raw'
import { target } from '../target'

const server = await target()
const { accessToken, user } = await given.person(server)

/** Ways to write where an administrator looks, that the router takes for the same path. */
const spellings = [
  '/v1/admin/users/{id}/activity',
  '/v1/%61dmin/users/{id}/activity',
  '/%76%31/admin/users/{id}/%61ctivity',
  '/v1/./admin/users/{id}/activity',
  '/v1/me/../admin/users/{id}/activity',
  '/v1/me/%2e%2e/admin/users/{id}/activity',
  '/v1\\admin/users/{id}/activity',
  '/v1/admin/users/{id}/activity?limit=5',
]

/** Ways that lead nowhere. */
const elsewhere = [
  '//v1/admin/users/{id}/activity',
  '/v1//admin/users/{id}/activity',
  '/v1/Admin/users/{id}/activity',
  '/V1/admin/users/{id}/activity',
  '/v1/admin/users/{id}/activity/',
  '/v1/admin/users/{id}/activity;x=y',
  '/v1/admin;x=y/users/{id}/activity',
  '/v1%2fadmin/users/{id}/activity',
  '/v1/%2561dmin/users/{id}/activity',
  '/v1/admin%00/users/{id}/activity',
  '/v1/%e0%a4%a/admin/users/{id}/activity',
  '/v1/administration/users/{id}/activity',
  '/v1/admin/../organization',
  '/v1/admin',
  '/v1/admin/',
  '/v1/organization',
  '/v1/auth/oauth/',
  '/v1/auth//oauth',
  '/v1/auth/OAuth',
  '/v1/auth%2foauth',
  '/v1/auth/oauth;x=y',
  '/v1/auth/oauths',
  '/v1/auth/oauth/../oauths',
  '/v1/me/identities/',
  '/v1/me/identities;x=y',
  '/v1/me/Identities',
  '/v1/me/identities/../oauth',
]

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
const codeOf = (answer: string) => /"code":"(\w+)"/.exec(answer)?.[1]

test.each(spellings)('%s asks who calls, and shows nothing to who is no administrator', async (template) => {
  const path = template.replace('{id}', user.id)
  const anonymous = await sendRaw(server, `GET ${path}`)
  expect([statusOf(anonymous), codeOf(anonymous)]).toEqual([401, 'unauthenticated'])
  const known = await sendRaw(server, `GET ${path}`, { authorization: `Bearer ${accessToken}` })
  expect([statusOf(known), codeOf(known)]).toEqual([404, 'not_found'])
})

test.each(['/v1/auth/oauth', '/v1/auth/%6fauth', '/v1/me/../auth/oauth', '/v1/auth/x/%2e%2e/oauth?q'])(
  '%s names the providers to anybody',
  async (path) => {
    const answer = await sendRaw(server, `GET ${path}`)
    expect([statusOf(answer), answer.slice(answer.lastIndexOf('{'))]).toEqual([200, expect.stringContaining('"items"')])
  },
)

test.each(['/v1/me/identities', '/v1/me/%69dentities', '/v1/%6de/x/../identities', '/v1\\me/identities?q'])(
  '%s shows the caller’s own accounts elsewhere',
  async (path) => {
    const anonymous = await sendRaw(server, `GET ${path}`)
    expect([statusOf(anonymous), codeOf(anonymous)]).toEqual([401, 'unauthenticated'])
    expect(statusOf(await sendRaw(server, `GET ${path}`, { authorization: `Bearer ${accessToken}` }))).toBe(200)
  },
)

test.each(elsewhere)('there is nothing at %s', async (template) => {
  const path = template.replace('{id}', user.id)
  for (const headers of [{}, { authorization: `Bearer ${accessToken}` }]) {
    const answer = await sendRaw(server, `GET ${path}`, headers)
    expect([statusOf(answer), codeOf(answer)]).toEqual([404, 'not_found'])
  }
})

test('a body that is too long is refused there as everywhere, and a method that there is not', async () => {
  const path = `/v1/admin/users/${user.id}/activity`
  expectProblem(await server.send(`POST ${path}`, { body: 'x'.repeat(65_537), accessToken }), 413, 'payload_too_large')
  const reply = await server.send(`POST ${path}`, { json: {}, accessToken })
  expectProblem(reply, 405, 'method_not_allowed')
  expect(reply.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD'])
  const own = await server.send('PUT /v1/me/identities', { json: {}, accessToken })
  expectProblem(own, 405, 'method_not_allowed')
  expect(own.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST'])
  const shared = await server.send('PUT /v1/api-keys/verify', { json: {}, accessToken })
  expectProblem(shared, 405, 'method_not_allowed')
  expect(shared.headers.get('allow')?.split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH', 'POST'])
})
