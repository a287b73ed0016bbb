import { expect, test } from 'bun:test'
import { Checkup } from '../../src/features/doctor/contract'
import { askDoctor } from '../runtimes/postern-doctor'
import { expectProblem } from '../support/expect-problem'
import { target } from '../target'

const operatorToken = crypto.getRandomValues(new Uint8Array(32)).toHex()
const route = 'POST /internal/checkup'
const settings = { OPERATOR_TOKEN: operatorToken, CORS_ORIGINS: 'https://app.example.com' }

test('an operator is told what only the server sees, and nothing secret', async () => {
  const server = await target(settings)
  await server.send('GET /.well-known/jwks.json')
  const { status, json, headers } = await server.send(route, { accessToken: operatorToken })
  expect(status).toBe(200)
  const { settings: inForce, database, cache, backlog, keys, files, caller, time } = Checkup.strict().parse(json)
  expect(inForce).toMatchObject({ environment: 'test', corsOrigins: ['https://app.example.com'] })
  expect(database).toMatchObject({ skewMilliseconds: expect.any(Number), lacks: [] })
  expect(database?.appliedVersion).toBe(database?.knownVersion ?? 0)
  expect(cache).toEqual({ rounds: 20, stale: 0 })
  expect(backlog).not.toBeNull()
  expect(keys).toMatchObject({ due: [expect.any(String)], isOpened: true })
  expect(files).toBe('good')
  expect(caller.source).not.toBe('x-forwarded-for')
  expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000)
  expect(headers.getSetCookie()).toEqual(['__Host-checkup=good; Max-Age=1; Path=/; HttpOnly; Secure; SameSite=Lax'])
  expect(JSON.stringify(json)).not.toContain(operatorToken)
})

test('to everybody else there is nothing, and nothing is looked at', async () => {
  const server = await target(settings)
  for (const options of [
    {},
    { accessToken: `${operatorToken}x` },
    { headers: { authorization: operatorToken } },
    { headers: { 'x-operator-token': operatorToken } },
  ]) {
    const answer = await server.send(route, options)
    expectProblem(answer, 404, 'not_found')
    expect(answer.headers.getSetCookie()).toEqual([])
  }
})

test('the doctor sees by it, from a machine that has nothing of the deployment but its address and the token', async () => {
  const server = await target(settings)
  const { findings, good } = await askDoctor({ OPERATOR_TOKEN: operatorToken }, '--remote', '--url', server.baseUrl)
  // Servers of tests are no production, some log in as the owner of their database, and others leave jobs in it.
  const expected = ['operators-open', 'role-superuser', 'role-owner', 'dead-letters', 'jobs-wait', 'record-unsealed']
  expect(findings.map(({ check }) => check).filter((check) => !expected.includes(check))).toEqual([])
  expect(findings.map(({ check }) => check)).toContain('operators-open')
  expect(good).toEqual(
    expect.arrayContaining([
      'reads-cached',
      'schema-behind',
      'files-away',
      'cookies-changed',
      'address-forged',
      'key-set-stale',
    ]),
  )
}, 60_000)
