import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { makeTemporaryFolder } from '../support/folders'
import { findFreePort } from '../support/free-port'
import { makeTlsCertificate } from '../support/tls-certificate'
import { startCachingPostgres } from './caching-postgres'
import { everywhere, keepAnswers, type Meddling, onPath, setWeakCookies, startFront } from './doctor-front'
import { askDoctor, type Breakage, expectFinding, openGoodSetUp, type Settings } from './postern-doctor'
import { runCommand, startServer } from './server-process'

const operatorToken = crypto.getRandomValues(new Uint8Array(32)).toHex()
const resources = new AsyncDisposableStack()
const certificate = makeTlsCertificate('localhost')
/** Knows of the deployment no more than its address and the token. */
let laptop: Settings
let settings: Settings
let serverUrl: string
let port: number

const trust = async (cert: string): Promise<Settings> => {
  const path = join(makeTemporaryFolder(), 'authority.pem')
  await Bun.write(path, cert)
  return { NODE_EXTRA_CA_CERTS: path }
}

beforeAll(async () => {
  const setUp = await openGoodSetUp(resources)
  port = findFreePort()
  settings = {
    ...setUp.settings,
    BASE_URL: `https://localhost:${port}`,
    OPERATOR_TOKEN: operatorToken,
    OAUTH_GITHUB_CLIENT_ID: 'postern',
    OAUTH_GITHUB_CLIENT_SECRET: 'a secret of nobody',
  }
  laptop = { OPERATOR_TOKEN: operatorToken, ...(await trust(certificate.cert)) }
  serverUrl = resources.use(await startServer(settings)).url
}, 60_000)

afterAll(() => resources.disposeAsync())

const address = () => `https://localhost:${port}`

test('of a good set-up it says nothing, from a laptop and with the settings of the server', async () => {
  await using _ = startFront(serverUrl, certificate, {}, port)
  const [fromLaptop, fromServer] = await Promise.all([
    askDoctor(laptop, '--remote', '--url', address()),
    askDoctor({ ...settings, ...laptop }, '--url', address()),
  ])
  expect(fromLaptop).toMatchObject({ exitCode: 0, findings: [] })
  const unseen = fromLaptop.skipped.map(({ check }) => check)
  expect(unseen.toSorted()).toEqual(['pooler-prepares', 'redis-evicts', 'settings-refused'])
  expect(fromServer).toMatchObject({ exitCode: 0, findings: [], skipped: [] })
  const { output } = await runCommand(laptop, 'doctor', '--remote', '--verbose', '--url', address())
  expect(output).toMatch(/^✓ address-of-proxy: .* \(127\.0\.0\.1, by x-forwarded-for\)$/m)
  expect(output).toEndWith('Nothing to complain about: 44 checks, 3 skipped.')
}, 60_000)

test('who does not know the operator’s token sees what a stranger sees, and is told why no more', async () => {
  await using _ = startFront(serverUrl, certificate, {}, port)
  const { OPERATOR_TOKEN, ...stranger } = laptop
  for (const [own, reason] of [
    [stranger, 'OPERATOR_TOKEN is not set here'],
    [{ ...stranger, OPERATOR_TOKEN: 'x'.repeat(32) }, 'the server does not know this OPERATOR_TOKEN'],
  ] as const) {
    const { findings, skipped } = await askDoctor(own, '--remote', '--url', address())
    expect(findings).toEqual([])
    expect(skipped).toContainEqual({ check: 'address-forged', reason })
  }
}, 60_000)

const withOwnRedirect = (request: Request): Request => {
  const url = new URL(request.url)
  if (!url.searchParams.has('redirectTo')) return request
  url.searchParams.set('redirectTo', address())
  return new Request(url, request)
}

const withToken = (request: Request): Request => {
  const headers = new Headers(request.headers)
  headers.set('authorization', `Bearer ${operatorToken}`)
  return new Request(request, { headers })
}

const brokenFronts: [finding: string, meddling: () => Meddling][] = [
  [
    'clock-differs',
    () => ({ response: everywhere((headers) => headers.set('date', new Date(Date.now() + 90_000).toUTCString())) }),
  ],
  ['headers-lost', () => ({ response: everywhere((headers) => headers.delete('strict-transport-security')) })],
  ['answers-cached', () => ({ response: keepAnswers() })],
  [
    'key-set-cached',
    () => ({
      response: onPath('/.well-known/jwks.json', (headers) => {
        headers.set('cache-control', 'public, max-age=86400')
        headers.set('age', '40000')
      }),
    }),
  ],
  [
    'key-set-stale',
    () => ({
      response: (response, { url }) =>
        url.endsWith('/jwks.json')
          ? Response.json({ keys: [{ kid: 'of a year ago', kty: 'OKP' }] }, response)
          : response,
    }),
  ],
  [
    'cors-refused',
    () => ({
      response: (response, { method }) => (method === 'OPTIONS' ? new Response(null, { status: 405 }) : response),
    }),
  ],
  [
    'cors-open',
    () => ({
      response: everywhere((headers) => {
        if (!headers.has('access-control-allow-origin')) headers.set('access-control-allow-origin', '*')
      }),
    }),
  ],
  ['cookies-changed', () => ({ response: everywhere(setWeakCookies) })],
  ['redirect-open', () => ({ request: withOwnRedirect })],
  ['operators-open', () => ({ request: withToken })],
]

test.each(brokenFronts)(
  'before the server, it finds %s, and nothing else',
  async (finding, meddling) => {
    await using _ = startFront(serverUrl, certificate, meddling(), port)
    await expectFinding(finding, laptop, () => ({}), '--remote', '--url', address())
  },
  60_000,
)

const brokenServers: [finding: string, breakage: Breakage][] = [
  ['address-of-proxy', () => ({ TRUSTED_PROXY: 'none' })],
  ['address-forged', () => ({ TRUSTED_PROXY: 'hops:2' })],
  ['address-differs', () => ({ BASE_URL: 'https://other.example.com' })],
  // As behind a Hyperdrive that caches, whose database’s password nobody here has.
  [
    'reads-cached',
    async (broken) => {
      const url = settings.DATABASE_URL ?? ''
      return { DATABASE_URL: broken.use(await startCachingPostgres(url)).through(url) }
    },
  ],
]

test.each(brokenServers)(
  'of a server that is set up wrongly, it finds %s, and nothing else',
  async (finding, breakage) => {
    await using broken = new AsyncDisposableStack()
    await using server = await startServer({ ...settings, ...(await breakage(broken)) })
    await using _ = startFront(server.url, certificate, {}, port)
    await expectFinding(finding, laptop, () => ({}), '--remote', '--url', address())
  },
  60_000,
)

const brokenCertificates: [finding: string, kind: string, days: number, isTrusted: boolean][] = [
  ['tls-certificate', 'that is over', -1, true],
  ['tls-certificate', 'that nobody vouches for', 90, false],
  ['tls-expires', 'that is soon over', 3, true],
]

test.each(brokenCertificates)(
  'it finds %s of a certificate %s, and nothing else',
  async (finding, _kind, days, isTrusted) => {
    const other = makeTlsCertificate('localhost', new Date(Date.now() + days * 86_400_000))
    const own = isTrusted ? { ...laptop, ...(await trust(other.cert)) } : laptop
    const shown = new Set<string>()
    const request = (asked: Request) => {
      shown.add(asked.headers.get('authorization') ?? 'nothing')
      return asked
    }
    await using _ = startFront(serverUrl, other, { request }, port)
    await expectFinding(finding, own, () => ({}), '--remote', '--url', address())
    // The token is for whoever is who they say.
    expect(shown.has(`Bearer ${operatorToken}`)).toBe(finding === 'tls-expires')
  },
  60_000,
)

test(
  'where nobody answers it finds that, and nothing else',
  () => expectFinding('door-shut', laptop, () => ({}), '--remote', '--url', address()),
  60_000,
)
