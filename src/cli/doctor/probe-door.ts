import { securityHeaders } from '#http/security-headers'
import { shakeHands } from '#platform/tls-probe'
import type { DoorFacts } from '../../features/doctor/door-contract'
import { askCheckup } from './ask-checkup'
import { type Ask, openVisitor } from './visitor'

/** It belongs to nobody (RFC 2606). */
const foreignOrigin = 'https://checkup.invalid'
const leastHstsSeconds = 15_552_000
const timeoutMs = 10_000

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const findLost = ({ headers }: Response): string[] => {
  const hsts = Number(/max-age=(\d+)/.exec(headers.get('strict-transport-security') ?? '')?.[1] ?? 0)
  return Object.keys(securityHeaders).filter((name) =>
    name === 'strict-transport-security' ? hsts < leastHstsSeconds : !headers.has(name),
  )
}

/** Two answers that nobody may keep. */
const findCached = (first: Response, second: Response): string | null => {
  const age = Number(second.headers.get('age') ?? 0)
  if (age > 0) return `an answer that nobody may keep is ${age} s old`
  const [one, other] = [first, second].map(({ headers }) => headers.get('x-request-id'))
  return one !== null && one === other ? `two answers have the same X-Request-Id, ${one}` : null
}

const directive = (headers: Headers, name: string): number | null => {
  const value = new RegExp(`(?:^|[,\\s])${name}=(\\d+)`).exec(headers.get('cache-control') ?? '')?.[1]
  return value === undefined ? null : Number(value)
}

const readKeySet = async (ask: Ask): Promise<DoorFacts['keySet']> => {
  const response = await ask('/.well-known/jwks.json')
  const set: unknown = response.ok ? await response.json().catch(() => null) : null
  const { keys } = Object(set)
  if (!Array.isArray(keys)) return null
  const ages = ['max-age', 's-maxage'].map((name) => directive(response.headers, name)).filter((age) => age !== null)
  return {
    keyIds: keys.map((key) => String(Object(key).kid)),
    maxAgeSeconds: ages.length > 0 ? Math.max(...ages) : null,
    ageSeconds: Number(response.headers.get('age') ?? 0),
  }
}

const preflight = (ask: Ask, origin: string) =>
  ask('/v1/me', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization' },
  })

const readCors = async (ask: Ask, allowedOrigin: string | null): Promise<DoorFacts['cors']> => {
  const allowed = allowedOrigin === null ? null : await preflight(ask, allowedOrigin)
  const foreign = await Promise.all([
    preflight(ask, foreignOrigin),
    ask('/health/live', { headers: { origin: foreignOrigin } }),
  ])
  const given = foreign.map(({ headers }) => headers.get('access-control-allow-origin')).find((text) => text !== null)
  return {
    allowedOrigin,
    isAllowed: allowed?.ok === true && allowed.headers.get('access-control-allow-origin') === allowedOrigin,
    foreignOrigin,
    givenToForeign: given ?? null,
  }
}

const findOpen = async (ask: Ask): Promise<string[]> => {
  const paths = ['/internal/policy', '/metrics', '/dev/mailbox']
  const answers = await Promise.all(paths.map((path) => ask(path)))
  return paths.filter((_, at) => answers[at]?.ok)
}

const readRedirect = async (ask: Ask): Promise<DoorFacts['redirect']> => {
  const list: unknown = await (await ask('/v1/auth/oauth')).json().catch(() => null)
  const { items } = Object(list)
  const id: unknown = Array.isArray(items) ? Object(items[0]).id : undefined
  if (typeof id !== 'string') return null
  const query = new URLSearchParams({ redirectTo: `${foreignOrigin}/`, codeChallenge: 'A'.repeat(43) })
  const { status } = await ask(`/v1/auth/oauth/${encodeURIComponent(id)}/authorize?${query}`)
  return { provider: id, status }
}

const nothing: Omit<DoorFacts, 'url' | 'shut' | 'tls' | 'noCheckup'> = {
  skewSeconds: null,
  lostHeaders: [],
  cached: null,
  keySet: null,
  cors: null,
  openToStrangers: [],
  redirect: null,
  checkup: null,
}

/**
 * Looks at a deployment as a stranger does, and with the operator's token as an operator. Over a connection that is not to
 * be trusted it sends no token.
 * @param url of the deployment
 */
export const probeDoor = async (
  url: string,
  { token, allowedOrigin }: { token: string | undefined; allowedOrigin: string | undefined },
): Promise<DoorFacts> => {
  const { origin, protocol } = new URL(url)
  const isPlain = protocol === 'http:'
  const tls = isPlain ? null : await shakeHands(new URL(origin), new Date(), timeoutMs).catch(() => null)
  const mayTrust = tls?.isTrusted ?? false
  const { ask, skewSeconds } = openVisitor(origin, { mayTrust, timeoutMs })
  try {
    const first = await ask('/health/live')
    const second = await ask('/health/live')
    const { checkup, reason } = await askCheckup(ask, { token, isSafe: isPlain || mayTrust })
    const skew = checkup ? skewSeconds(new Date(checkup.facts.time)) : skewSeconds()
    const known = checkup?.facts.settings.corsOrigins[0] ?? allowedOrigin ?? null
    const [keySet, cors, openToStrangers, redirect] = await Promise.all([
      readKeySet(ask),
      readCors(ask, known),
      findOpen(ask),
      readRedirect(ask),
    ])
    return {
      ...{ url: origin, shut: null, tls, noCheckup: reason, checkup, keySet, cors, openToStrangers, redirect },
      skewSeconds: skew,
      lostHeaders: findLost(first),
      cached: findCached(first, second),
    }
  } catch (error) {
    return { ...nothing, url: origin, shut: messageOf(error), tls, noCheckup: 'the address does not answer' }
  }
}
