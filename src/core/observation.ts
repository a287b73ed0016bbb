import type { Database } from '#db/database'
import type { Blobs } from './blobs'
import { attributesOf, type Callee } from './callees'
import type { Dns } from './dns'
import { measureCall } from './measure-call'
import type { Mailer, Platform } from './platform'
import type { Span, Telemetry, Trace } from './telemetry'

/** A call that is under way. */
export interface Call {
  /** Names it to whoever is called; absent where nothing is traced. */
  span: Span | undefined
  /** The first word counts. */
  end(failed?: boolean): void
}

/** What one request or job asks of the world outside, as it is measured. */
export interface Observation {
  trace: Trace | null
  begin(callee: Callee, name: string): Call
  /** How many calls went there. */
  calls(callee: Callee): number
  /** How long they took together, in milliseconds; those side by side count each. */
  spent(callee: Callee): number
  /** The longest chain of calls to Postgres and Redis: those side by side are one wait. */
  waits(): number
  /** What the route or the job is about, while that goes on: calls are part of it. */
  useCase: Span | undefined
}

const isWaitedFor = (callee: Callee) => callee === 'postgres' || callee === 'redis'

/** What is known of the calls to one callee. */
interface Tally {
  calls: number
  spentMs: number
}

/**
 * A request or a job that is measured. A server begins tens of thousands a second, and most ask Postgres once or nobody: so it has no
 * functions of its own, and keeps nothing of whom it does not call.
 */
class Observed implements Observation {
  useCase: Span | undefined = undefined
  private tallies: Map<Callee, Tally> | undefined = undefined
  private highest = 0

  constructor(
    private readonly telemetry: Telemetry,
    readonly trace: Trace | null,
  ) {}

  calls(callee: Callee) {
    return this.tallies?.get(callee)?.calls ?? 0
  }

  spent(callee: Callee) {
    return this.tallies?.get(callee)?.spentMs ?? 0
  }

  waits() {
    return this.highest
  }

  begin(callee: Callee, name: string): Call {
    const tally = this.tallyOf(callee)
    tally.calls += 1
    const span = this.trace?.start(
      callee === 'postgres' ? name : `${callee} ${name}`,
      callee === 'hash' ? 'internal' : 'client',
      attributesOf(callee, name),
      this.useCase,
    )
    const { elapsed, meter } = this.telemetry
    const startedAt = elapsed()
    // One higher than the highest that was answered before it was asked (Lamport's clock).
    const wait = this.highest + 1
    let isOver = false
    return {
      span,
      end: (failed = false) => {
        if (isOver) return
        isOver = true
        const tookMs = elapsed() - startedAt
        tally.spentMs += tookMs
        if (isWaitedFor(callee)) this.highest = Math.max(this.highest, wait)
        measureCall(meter, callee, failed, tookMs / 1000)
        span?.end({ failed })
      },
    }
  }

  private tallyOf(callee: Callee): Tally {
    this.tallies ??= new Map()
    const known = this.tallies.get(callee)
    if (known) return known
    const tally = { calls: 0, spentMs: 0 }
    this.tallies.set(callee, tally)
    return tally
  }
}

/** Begins to measure a request or a job. */
export const observe = (telemetry: Telemetry, trace: Trace | null): Observation => new Observed(telemetry, trace)

/** Measures one call. */
export const measure = async <T>(
  observation: Observation,
  callee: Callee,
  name: string,
  work: (call: Call) => Promise<T>,
): Promise<T> => {
  const call = observation.begin(callee, name)
  try {
    const result = await work(call)
    call.end()
    return result
  } catch (error) {
    call.end(true)
    throw error
  }
}

/** The same database, measured: each statement by its name. */
export const observeDatabase = (db: Database, observation: Observation): Database => ({
  run: (text, values, rows, name = 'unnamed') =>
    measure(observation, 'postgres', name, () => db.run(text, values, rows, name)),
  script: (text) => measure(observation, 'postgres', 'script', () => db.script(text)),
  transaction: async (work) => {
    const begin = observation.begin('postgres', 'begin')
    let commit: Call | undefined
    try {
      return await db.transaction(async (inner) => {
        begin.end()
        const result = await work(observeDatabase(inner, observation))
        commit = observation.begin('postgres', 'commit')
        return result
      })
    } catch (error) {
      begin.end(true)
      commit?.end(true)
      throw error
    } finally {
      commit?.end()
    }
  },
})

/** Ports of the platform that a request waits for. */
type Ports = Pick<
  Platform,
  'db' | 'blobs' | 'limiter' | 'passwords' | 'providers' | 'captcha' | 'breaches' | 'dns' | 'outside'
>

/** Tells whoever is called which call it is; what else the caller said of the trace goes no further than to us. */
const withTrace = (init: RequestInit, { span }: Call, trace: Trace | null): RequestInit => {
  if (!span) return init
  const headers = new Headers(init.headers)
  headers.set('traceparent', span.traceparent)
  if (trace?.tracestate) headers.set('tracestate', trace.tracestate)
  return { ...init, headers }
}

/** What a request asks of the world outside, measured. */
export const observePorts = (platform: Platform, observation: Observation): Ports => {
  const { config, db, blobs, limiter, passwords, providers, captcha, breaches, dns, outside } = platform
  const countsAway = config.REDIS_URL !== undefined || config.UPSTASH_REDIS_REST_URL !== undefined
  return {
    db: observeDatabase(db, observation),
    blobs: observeBlobs(blobs, observation),
    limiter: countsAway ? { take: (uses) => measure(observation, 'redis', 'take', () => limiter.take(uses)) } : limiter,
    passwords: {
      hash: (password) => measure(observation, 'hash', 'hash', () => passwords.hash(password)),
      verify: (password, hash) => measure(observation, 'hash', 'verify', () => passwords.verify(password, hash)),
      isCurrent: passwords.isCurrent,
    },
    providers: observeProviders(providers, observation),
    captcha: { verify: (...call) => measure(observation, 'captcha', 'verify', () => captcha.verify(...call)) },
    breaches: { find: (password) => measure(observation, 'breaches', 'find', () => breaches.find(password)) },
    dns: observeDns(dns, observation),
    outside: { get: (...call) => measure(observation, 'outside', 'get', () => outside.get(...call)) },
  }
}

/** Providers, measured. */
export const observeProviders = (
  { fetch, skewSeconds }: Platform['providers'],
  observation: Observation,
): Platform['providers'] => ({
  skewSeconds,
  fetch: (provider, url, init = {}) =>
    measure(observation, 'provider', provider, (call) =>
      fetch(provider, url, withTrace(init, call, observation.trace)),
    ),
})

/** Blobs, measured: of one that is read, until it begins to come. */
export const observeBlobs = (blobs: Blobs, observation: Observation): Blobs => {
  const ask = <T>(name: string, work: () => Promise<T>) => measure(observation, 'blobs', name, work)
  return {
    ...blobs,
    put: (...call) => ask('put', () => blobs.put(...call)),
    get: (...call) => ask('get', () => blobs.get(...call)),
    head: (key) => ask('head', () => blobs.head(key)),
    delete: (keys) => ask('delete', () => blobs.delete(keys)),
  }
}

/** DNS, measured. */
export const observeDns = (dns: Dns, observation: Observation): Dns => ({
  txt: (name) => measure(observation, 'dns', 'txt', () => dns.txt(name)),
})

/** A mailer, measured. */
export const observeMailer = (mailer: Mailer, observation: Observation): Mailer => ({
  send: (mail, idempotencyKey) =>
    measure(observation, 'mail', 'send', (call) => mailer.send(mail, idempotencyKey, call.span?.traceparent ?? null)),
})
