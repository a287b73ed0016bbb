import { rateLimits } from '#core/rate-limits'
import { newAddress, password, post } from '../runtimes/account'
import { openRealDatabase } from '../runtimes/real-postgres'
import { startServer } from '../runtimes/server-process'
import { openTcpProxy } from '../runtimes/tcp-proxy'
import type { Settings } from '../support/bun-server'
import { makeTemporaryFolder } from '../support/folders'
import type { Cost } from './budget'
import { type KeyedOperationName, keyedOperationNames, keyedOperations, newKeyedPerson } from './keyed-operations'
import { type LinkedOperationName, linkedOperationNames, linkedOperations, newLinkedPerson } from './linked-operations'
import { type MailedOperationName, mailedOperationNames, mailedOperations } from './mailed-operations'
import { acceptedTerms, newPerson, type OperationName, operationNames, operations, terms } from './operations'
import { type SecuredOperationName, securedOperationNames, securedOperations } from './secured-operations'
import { newSecuredPerson } from './secured-person'
import { openSmallIssuer, type SmallIssuer } from './small-issuer'
import { createWireCounter } from './wire-counter'

export type Name = OperationName | MailedOperationName | SecuredOperationName | LinkedOperationName | KeyedOperationName

/** Enough to have each statement prepared on each connection of the pool, even if it takes them in turn. */
const warmingRounds = 12
export const measuredRounds = 3
/** Long beside what the server computes between two statements, so that the clock can tell one wait from two. */
const delayMs = 25
export const roundTripMs = 2 * delayMs

/** Limits that nothing here comes near, in windows that leave nothing behind. */
export const generousLimits: Settings = {
  RATE_LIMIT_OVERRIDES: Object.keys(rateLimits)
    .map((name) => `${name}=1000000/10`)
    .join(','),
  LOCKOUT_NETWORK_FAILURES: '100000',
  LOCKOUT_DELAY_MILLISECONDS: '0',
}

export interface Costs {
  costs: Partial<Record<Name, Cost[]>>
  /** To register where addresses must be proved. */
  costsOfUnproved: Cost[]
  /** How long it took to read the profile. */
  readingMs: number[]
}

/** Each operation, ready for a new person. */
const prepareAll = async (helper: string, issuer: SmallIssuer, databaseUrl: string) => {
  const person = await newPerson(helper)
  const ready: { name: Name; send: (url: string) => Promise<Response> }[] = []
  for (const name of operationNames) ready.push({ name, send: (url) => operations[name](url, person) })
  for (const name of mailedOperationNames) ready.push({ name, send: await mailedOperations[name](helper) })
  const secured = await newSecuredPerson(helper)
  for (const name of securedOperationNames) ready.push({ name, send: (url) => securedOperations[name](url, secured) })
  const linked = await newLinkedPerson(helper, issuer)
  for (const name of linkedOperationNames) ready.push({ name, send: (url) => linkedOperations[name](url, linked) })
  const keyed = await newKeyedPerson(helper, databaseUrl)
  for (const name of keyedOperationNames) ready.push({ name, send: (url) => keyedOperations[name](url, keyed) })
  return ready
}

/** Counts what each operation costs a warm process, which counts its callers in Redis if there is one. */
export const measureCosts = async (resources: AsyncDisposableStack, redisUrl?: string): Promise<Costs> => {
  const counter = createWireCounter()
  const database = resources.use(await openRealDatabase())
  const postgres = resources.use(await openTcpProxy(database.url, counter.tapPostgres))
  const redis = redisUrl === undefined ? undefined : resources.use(await openTcpProxy(redisUrl, counter.tapRedis))
  const issuer = resources.use(await openSmallIssuer())
  const limits: Settings =
    redis && redisUrl
      ? { RATE_LIMITS: 'on', REDIS_URL: redis.through(redisUrl), ...generousLimits }
      : { RATE_LIMITS: 'off' }
  // The servers that are counted only answer; one beside them, with connections of its own, works the jobs.
  const DATA_DIRECTORY = makeTemporaryFolder()
  const { url: helper } = resources.use(
    await startServer({ ...issuer.settings, DATA_DIRECTORY, DATABASE_URL: database.url }),
  )
  const counted = {
    ...issuer.settings,
    ...limits,
    ...terms,
    DATA_DIRECTORY,
    DATABASE_URL: postgres.through(database.url),
    WORK_JOBS: 'off',
    // They are written behind the answers, whenever it suits.
    EXPLANATIONS: 'off',
    // So are keys read again; here once in 150 s.
    KEY_REVOCATION_SECONDS: '300',
  }
  const { url } = resources.use(await startServer(counted))
  const strict = resources.use(await startServer({ ...counted, EMAIL_VERIFICATION: 'required' }))

  const registerUnproved = () => post(strict.url, '/auth/register', { email: newAddress(), password, acceptedTerms })
  const delay = (milliseconds: number) => {
    for (const proxy of [postgres, ...(redis ? [redis] : [])]) proxy.delayMs = milliseconds
  }

  const measure = async (send: () => Promise<Response>): Promise<Cost & { ms: number }> => {
    counter.reset()
    const startedAt = performance.now()
    const response = await send()
    const cost = { status: response.status, ...counter.count(), ms: performance.now() - startedAt }
    await response.arrayBuffer()
    return cost
  }

  const measured: Costs = { costs: {}, costsOfUnproved: [], readingMs: [] }
  for (let round = 0; round < warmingRounds; round += 1) {
    for (const { send } of await prepareAll(helper, issuer, database.url)) await send(url)
    await registerUnproved()
  }
  for (let round = 0; round < measuredRounds; round += 1) {
    const ready = await prepareAll(helper, issuer, database.url)
    delay(delayMs)
    for (const { name, send } of ready) {
      const { ms, ...cost } = await measure(() => send(url))
      measured.costs[name] = [...(measured.costs[name] ?? []), cost]
      if (name === 'read the profile') measured.readingMs.push(ms)
    }
    const { ms, ...cost } = await measure(registerUnproved)
    measured.costsOfUnproved.push(cost)
    delay(0)
  }
  return measured
}
