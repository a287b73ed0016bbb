import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { fillRoute, listOperations } from '../support/operations'
import { requestBodies } from '../support/request-bodies'
import { target, targetName } from '../target'

const server = await target()
const operations = await listOperations(server)

/** Workers have no process to measure. */
const isThere = (path: string) => path !== '/metrics' || targetName !== 'workerd'
const paths = new Set(operations.map(({ path }) => path).filter(isThere))
const { accessToken } = await given.person(server)

const unknownPaths = [
  '/nowhere',
  '/v1',
  '/v1/',
  '/v2/me',
  '/v1/me/',
  '/V1/me',
  '/v1/me/nothing',
  '/v1/users',
  '/v1/me%00',
  '/.env',
  '/dev',
  '/health',
  '/.well-known/nothing',
  `/${'x'.repeat(4000)}`,
]

test.each(unknownPaths)('there is nothing at %p, for nobody and for a user', async (path) => {
  expectProblem(await server.send(`GET ${path}`), 404, 'not_found')
  expectProblem(await server.send(`POST ${path}`, { json: {} }), 404, 'not_found')
  expectProblem(await server.send(`GET ${path}`, { accessToken }), 404, 'not_found')
})

/** The methods of every route that a path is of: `/totp/confirm` is one of `/totp/{id}` too. */
const methodsAt = (path: string): string[] => {
  const isOf = (template: string) =>
    new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
  return [...new Set(operations.filter((operation) => isOf(operation.path)).map(({ method }) => method))]
}

test.each([...paths])('%s names its methods to one it does not have', async (path) => {
  const methods = methodsAt(path)
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].sort()
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((name) => !allowed.includes(name))) {
    const reply = await server.send(fillRoute(`${method} ${path}`))
    expectProblem(reply, 405, 'method_not_allowed')
    expect(reply.headers.get('allow')?.split(', ').sort()).toEqual(allowed)
  }
})

test.each(operations.filter(({ needsUser }) => needsUser).map(({ route }) => route))(
  '%s asks for a credential',
  async (route) => {
    const json = requestBodies[route]?.()
    const reply = await server.send(fillRoute(route), json ? { json } : {})
    expectProblem(reply, 401, 'unauthenticated')
    expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="postern"')
  },
)

test('HEAD answers like GET, without the body', async () => {
  const [get, head] = [
    await server.send('GET /v1/me', { accessToken }),
    await server.send('HEAD /v1/me', { accessToken }),
  ]
  expect(head).toMatchObject({ status: 200, text: '' })
  expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
  expect((await server.send('HEAD /v1/me')).status).toBe(401)
  expect((await server.send('HEAD /nowhere')).status).toBe(404)
})
