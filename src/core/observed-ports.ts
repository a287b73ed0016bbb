import type { Database } from '#db/database'
import type { Blobs } from './blobs'
import type { Callee } from './callees'
import type { Dns } from './dns'
import { type Call, measure, type Observation } from './observation'
import type { Mailer, PasswordHasher, Platform } from './platform'
import type { Trace } from './telemetry'

/**
 * A port, measured. Each request has all of them and calls one or two, so those with several functions are classes: an object of two
 * fields costs a fraction of what a closure for each does.
 */
abstract class Observed<Port> {
  constructor(
    protected readonly port: Port,
    protected readonly observation: Observation,
  ) {}

  protected measure<Result>(callee: Callee, name: string, work: (call: Call) => Promise<Result>): Promise<Result> {
    return measure(this.observation, callee, name, work)
  }
}

class ObservedDatabase extends Observed<Database> implements Database {
  run(...[text, values, rows, name = 'unnamed']: Parameters<Database['run']>) {
    return this.measure('postgres', name, () => this.port.run(text, values, rows, name))
  }

  script(text: string) {
    return this.measure('postgres', 'script', () => this.port.script(text))
  }

  async transaction<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    const { observation } = this
    const begin = observation.begin('postgres', 'begin')
    let commit: Call | undefined
    try {
      return await this.port.transaction(async (inner) => {
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
  }
}

class ObservedPasswords extends Observed<PasswordHasher> implements PasswordHasher {
  hash(password: string) {
    return this.measure('hash', 'hash', () => this.port.hash(password))
  }

  verify(password: string, hash: string | undefined) {
    return this.measure('hash', 'verify', () => this.port.verify(password, hash))
  }

  isCurrent(hash: string) {
    return this.port.isCurrent(hash)
  }
}

class ObservedBlobs extends Observed<Blobs> implements Blobs {
  put(...call: Parameters<Blobs['put']>) {
    return this.measure('blobs', 'put', () => this.port.put(...call))
  }

  get(...call: Parameters<Blobs['get']>) {
    return this.measure('blobs', 'get', () => this.port.get(...call))
  }

  head(key: string) {
    return this.measure('blobs', 'head', () => this.port.head(key))
  }

  delete(keys: string[]) {
    return this.measure('blobs', 'delete', () => this.port.delete(keys))
  }

  signUpload(...call: Parameters<Blobs['signUpload']>) {
    return this.port.signUpload(...call)
  }
}

/** The same database, measured: each statement by its name. */
export const observeDatabase = (db: Database, observation: Observation): Database =>
  new ObservedDatabase(db, observation)

/** Blobs, measured: of one that is read, until it begins to come. */
export const observeBlobs = (blobs: Blobs, observation: Observation): Blobs => new ObservedBlobs(blobs, observation)

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
    passwords: new ObservedPasswords(passwords, observation),
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

/** DNS, measured. */
export const observeDns = (dns: Dns, observation: Observation): Dns => ({
  txt: (name) => measure(observation, 'dns', 'txt', () => dns.txt(name)),
})

/** A mailer, measured. */
export const observeMailer = (mailer: Mailer, observation: Observation): Mailer => ({
  send: (mail, idempotencyKey) =>
    measure(observation, 'mail', 'send', (call) => mailer.send(mail, idempotencyKey, call.span?.traceparent ?? null)),
})
