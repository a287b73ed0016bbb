import { expect, test } from 'bun:test'
import { expectProblem } from '../support/expect-problem'
import { openRoutes, openToImpersonators } from '../support/open-routes'
import { fillRoute, listOperations, type Operation } from '../support/operations'
import { requestBodies } from '../support/request-bodies'
import type { Reply } from '../support/send'
import { Problem } from '../support/shapes'
import { staffedTarget } from '../support/staffed-target'
import { visible } from '../support/visible'

const { server, boss, powerless, actingToken, one, permissions, allowOne } = await staffedTarget()
const operations = await listOperations(server)

const opennessOf = ({ route }: Operation): string => openRoutes[route] ?? 'nobody decided'
const isOpenTo = (kind: string) => (operation: Operation) => opennessOf(operation).split(' ')[0] === kind

const [forAll, forPeople, forStaff, forMembers, forKeys] = ['public', 'signed-in', 'staff', 'member', 'key'].map(
  (kind) => operations.filter(isOpenTo(kind)),
) as [Operation[], Operation[], Operation[], Operation[], Operation[]]

/** Sends a request that is as it should be, but for who sends it. */
const ask = ({ route }: Operation, accessToken?: string, id?: string): Promise<Reply> => {
  const json = requestBodies[route]?.()
  const filled = fillRoute(id === undefined ? route : route.replace('{id}', id))
  return server.send(filled, { ...(json && { json }), ...(accessToken !== undefined && { accessToken }) })
}

const codeOf = ({ json }: Reply): string | undefined => Problem.safeParse(json).data?.code

/** What differs from what is expected of each, by its route. */
const findFaults = async (
  asked: Operation[],
  expected: (operation: Operation) => Promise<string | undefined>,
): Promise<string[]> => {
  const faults: string[] = []
  for (const operation of asked) {
    const fault = await expected(operation)
    if (fault !== undefined) faults.push(`${operation.route}: ${fault}`)
  }
  return faults
}

const isAnswered =
  (status: number, code: string, accessToken?: string) =>
  async (operation: Operation): Promise<string | undefined> => {
    const reply = await ask(operation, accessToken)
    return reply.status === status && codeOf(reply) === code ? undefined : `${reply.status} ${codeOf(reply)}`
  }

test('the table of what is open has every route, and no other', () => {
  expect(Object.keys(openRoutes).toSorted()).toEqual(operations.map(({ route }) => route).toSorted())
})

test('the document says of the same routes that they need somebody', () => {
  const open = operations.filter(({ needsUser }) => !needsUser).map(({ route }) => route)
  expect(open.toSorted()).toEqual(forAll.map(({ route }) => route).toSorted())
})

test('to nobody, everything is closed but what the table says is open to all', async () => {
  const closed = [...forPeople, ...forStaff, ...forMembers, ...forKeys]
  expect(closed.length).toBeGreaterThan(50)
  expect(await findFaults(closed, isAnswered(401, 'unauthenticated'))).toEqual([])
  const open = await findFaults(forAll, async (operation) => {
    const reply = await ask(operation)
    return ['unauthenticated', 'missing_permission'].includes(codeOf(reply) ?? '') ? codeOf(reply) : undefined
  })
  expect(open).toEqual([])
})

test('to somebody without a role, what is for staff does not exist, and looks like what does not', async () => {
  expect(forStaff.length).toBeGreaterThan(10)
  const { accessToken } = powerless
  expect(await findFaults(forStaff, isAnswered(404, 'not_found', accessToken))).toEqual([])
  const nowhere = await server.send('GET /v1/admin/nothing', { accessToken })
  for (const operation of forStaff) expect(visible(await ask(operation, accessToken))).toEqual(visible(nowhere))
})

test('what is for keys is for no person', async () => {
  const faults = await findFaults(forKeys, async (operation) => {
    const { status } = await ask(operation, powerless.accessToken)
    return [401, 403, 404].includes(status) ? undefined : String(status)
  })
  expect(faults).toEqual([])
})

test('what is open to who is signed in can be read by them', async () => {
  const reading = forPeople.filter(({ method, path }) => method === 'GET' && !path.includes('{'))
  const faults = await findFaults(reading, async (operation) => {
    const { status } = await ask(operation, powerless.accessToken)
    // There is no export of theirs, and their picture is elsewhere.
    return [200, 302, 404].includes(status) ? undefined : String(status)
  })
  expect(faults).toEqual([])
})

const needed = new Set(forStaff.map((operation) => opennessOf(operation).split(' ')[1] ?? ''))
const needing = (permission: string) => forStaff.filter((operation) => opennessOf(operation).endsWith(` ${permission}`))

test.each([...needed])('staff who may do anything but %s are refused where it is needed', async (permission) => {
  const wanted = permission.split('|')
  expect(permissions).toEqual(expect.arrayContaining(wanted))
  await allowOne(permissions.filter((name) => !wanted.includes(name)))
  const faults = await findFaults(needing(permission), isAnswered(403, 'missing_permission', one.accessToken))
  expect(faults).toEqual([])
})

test.each([...needed])('staff who may do nothing but %s do what needs it', async (permission) => {
  await allowOne(permission.split('|'))
  const faults = await findFaults(needing(permission), async (operation) => {
    const reply = await ask(operation, one.accessToken)
    const isRefused = reply.status === 401 || codeOf(reply) === 'missing_permission'
    // What it is about is not there; the route is.
    const isHidden = reply.status === 404 && !operation.path.includes('{')
    return isRefused || isHidden || reply.status >= 500 ? `${reply.status} ${codeOf(reply)}` : undefined
  })
  expect(faults).toEqual([])
})

test('a role that is taken is none at once, whatever the token says', async () => {
  await allowOne(['roles:read'])
  const list = () => server.send('GET /v1/admin/roles', { accessToken: one.accessToken })
  expect((await list()).status).toBe(200)
  await allowOne([])
  expectProblem(await list(), 404, 'not_found')
})

test('who acts as somebody is refused by all that is for staff, and changes only what the table says', async () => {
  const changing = forPeople.filter(({ method, route }) => method !== 'GET' && !openToImpersonators.includes(route))
  const refused = [...forStaff, ...changing]
  expect(await findFaults(refused, isAnswered(403, 'impersonation_refused', actingToken))).toEqual([])
  expect((await server.send('GET /v1/me', { accessToken: actingToken })).status).toBe(200)
  for (const route of openToImpersonators) {
    expect((await server.send(route, { accessToken: actingToken, json: {} })).status).toBe(200)
  }
})

/** Makes an organization that is nobody else’s. */
const found = async (accessToken: string): Promise<string> => {
  const json = requestBodies['POST /v1/organizations']?.()
  const reply = await server.send('POST /v1/organizations', { accessToken, json })
  expect(reply.status).toBe(201)
  return String(Object(reply.json).id)
}

test.if(forMembers.length > 0)('an organization of others looks as if there were none, to its like too', async () => {
  const theirs = await found(boss.accessToken)
  await found(powerless.accessToken)
  for (const operation of forMembers) {
    const [closed, absent] = [
      await ask(operation, powerless.accessToken, theirs),
      await ask(operation, powerless.accessToken, crypto.randomUUID()),
    ]
    expectProblem(closed, 404, 'not_found')
    expect(visible(closed)).toEqual(visible(absent))
  }
})
