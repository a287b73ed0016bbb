import { expect } from 'bun:test'
import { Policy } from '#features/operations/contract'
import { countedCalls } from '../support/route-calls'
import { type Account, get } from './account'

const recoverySeconds = 5

/** A server whose Postgres goes away, somebody who is logged in there, and how long it waits for Postgres at most. */
export interface DependentServer {
  url: string
  output: () => string
  ada: Account
  /** Of a log-in that waits for its second factor. */
  challengeToken: string
  latestMs: number
}

interface Call {
  template: string
  send: () => Promise<Response>
}

const request = (
  url: string,
  route: string,
  { json, form }: { json?: unknown; form?: string },
  accessToken?: string,
): Promise<Response> => {
  const [method = '', path = ''] = route.split(' ')
  return fetch(url + path, {
    method,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(form !== undefined && { body: form }),
  })
}

/** A log-out and a refresh of nobody ask no database; these do. */
const ofAda = ({ refreshToken }: Account, template: string): { json?: unknown; isSignedIn: boolean } | undefined => {
  if (template === 'POST /v1/auth/refresh') return { json: { refreshToken }, isSignedIn: false }
  if (template === 'POST /v1/auth/logout') return { isSignedIn: true }
  return undefined
}

/** What no provider signed, or what we did not, is refused before anybody is looked for; so are terms that there are not. */
const asksNobody = [
  'POST /v1/auth/oauth/:provider/backchannel-logout',
  'PUT /v1/uploads/:token',
  'POST /v1/auth/erasure/cancel',
  'GET /v1/erasures/:token',
  'POST /v1/me/terms',
  // A person may not ask there, which their token says.
  'POST /v1/api-keys/verify',
  'POST /v1/auth/introspect',
]

const callsTo = ({ url, ada, challengeToken }: DependentServer): Call[] => [
  ...countedCalls(challengeToken)
    .filter(({ template }) => !asksNobody.includes(template))
    .map(({ template, route, needsUser, ...body }) => {
      const own = ofAda(ada, template)
      const isSignedIn = own?.isSignedIn ?? needsUser
      return { template, send: () => request(url, route, own ?? body, isSignedIn ? ada.accessToken : undefined) }
    }),
  ...['GET /.well-known/jwks.json', 'GET /health/live', 'GET /dev/mailbox', 'GET /internal/policy'].map((template) => ({
    template,
    send: () => request(url, template, {}),
  })),
]

export const readPolicy = async ({ url }: Pick<DependentServer, 'url'>): Promise<Policy> =>
  Policy.parse(await (await get(url, '/internal/policy')).json())

export const readMe = ({ url, ada }: Pick<DependentServer, 'url' | 'ada'>) => get(url, '/v1/me', ada.accessToken)

/** What an answer was, and how long it took. */
export const timed = async (send: () => Promise<Response>) => {
  const startedAt = performance.now()
  const response = await send()
  await response.arrayBuffer()
  const ms = performance.now() - startedAt
  const told = response.headers.get('server-timing')
  return { status: response.status, retryAfter: response.headers.get('retry-after'), told, ms }
}

/** Holds each route to what its line says while Postgres is away, within the deadline, and the server to reporting it. */
export const expectTable = async (server: DependentServer): Promise<void> => {
  const policy = await readPolicy(server)
  for (const { template, send } of callsTo(server)) {
    const mode = policy.routes.find(({ route }) => route === template)?.without.postgres
    const { status, retryAfter, told, ms } = await timed(send)
    expect({ template, isUnavailable: status === 503 }).toEqual({ template, isUnavailable: mode === 'closed' })
    if (mode === 'closed') {
      expect(Number(retryAfter)).toBeGreaterThan(0)
      expect(told).toBe('postgres;desc="closed"')
    } else expect(status).toBe(200)
    expect(ms, template).toBeLessThan(server.latestMs)
  }
  const { outages } = await readPolicy(server)
  expect(outages).toMatchObject([{ dependency: 'postgres', mode: 'closed', inForce: true }])
  expect(server.output()).toContain('"outages":["postgres:closed"]')
}

/** Waits until Postgres answers again, and holds all that come then to getting an answer. */
export const recovers = async (server: DependentServer): Promise<void> => {
  const giveUpAt = Date.now() + recoverySeconds * 1000
  while (!(await readMe(server)).ok) {
    if (Date.now() > giveUpAt) throw new Error(`No answer from Postgres ${recoverySeconds} s after it came back.`)
    await Bun.sleep(50)
  }
  const after = await Promise.all(Array.from({ length: 10 }, () => readMe(server)))
  expect(after.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
}
