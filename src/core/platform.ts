import type { Database } from '#db/database'
import type { Config } from './config'
import type { PasskeyVerifier } from './passkeys'
import type { ProviderCaller } from './provider-settings'
import type { RateLimit, RateLimitName } from './rate-limits'

/** What routes and jobs both need of the world outside. */
export interface CorePlatform {
  config: Config
  db: Database
  clock: Clock
  ids: IdSource
  random: RandomSource
  /** Writes one structured log event. Never give it a secret. */
  log(event: LogEvent): void
  /** Lets `work` finish after the answer is sent; its failure is logged. Only for what may be lost. */
  background(work: Promise<unknown>): void
}

/** Everything the world outside gives us. Bun, Workers and the tests each build one. */
export interface Platform extends CorePlatform {
  /** Counts for all instances, where there is Redis. */
  limiter: RateLimiter
  /** Counts in this process, for what may do so while the other is away. */
  localLimiter: RateLimiter
  /** Whether a flood from one network may go on; a first filter that costs no wait. */
  floodFilter(network: string): Promise<boolean>
  captcha: Captcha
  outages: OutageMeter
  wait(milliseconds: number): Promise<void>
  passwords: PasswordHasher
  commonPasswords: PasswordList
  breaches: BreachList
  passkeys: PasskeyVerifier
  providers: ProviderCaller
  previews: MailPreviews
  /** Tells whoever works jobs that one was committed. It may get lost: they look for themselves every moment. */
  pokeJobs(): void
  /** The caller's address in its canonical form, as whoever is trusted (TRUSTED_PROXY) vouches for it. */
  remoteAddress(request: Request): string | undefined
}

/** The platform of whoever works jobs. Routes never see it: what they cause is queued. */
export interface JobPlatform extends CorePlatform {
  mailer: Mailer
  providers: ProviderCaller
  jobs: JobQueue
}

/** What a mail would look like: for the development mailbox. */
export interface MailPreviews {
  render(template: string, locale: string): Promise<{ subject: string; text: string; html: string }>
}

/** One thing that a request is counted by. */
export interface LimitUse extends RateLimit {
  name: RateLimitName
  /** Whom the use belongs to; uses of one name and key add up. */
  key: string
  /** Used up, it refuses nobody: this use alone is left uncounted then. */
  isOptional?: true
}

/** How a limit stands after a use, or after one that was refused. */
export interface LimitState extends RateLimit {
  name: RateLimitName
  remaining: number
  /** Until the oldest use that counts counts no more. */
  resetSeconds: number
  /** The use was optional, and was not counted. */
  isLeftOut?: true
}

export type LimitVerdict =
  | { outcome: 'admitted'; limits: LimitState[] }
  /** None of the uses was counted, since `by` was used up. */
  | { outcome: 'refused'; limits: LimitState[]; by: LimitState }
  /** Who counts did not answer in time. */
  | { outcome: 'unavailable' }

export interface RateLimiter {
  /** Counts all of the uses or, if one of the limits is used up, none. In no stretch of a window more than `limit` pass. */
  take(uses: LimitUse[]): Promise<LimitVerdict>
}

/** Solved challenges that tell people from programs. */
export interface Captcha {
  /** @param remoteAddress of whoever claims to have solved it, if known */
  verify(token: string, remoteAddress: string | null): Promise<'solved' | 'unsolved' | 'unavailable'>
}

/** What is done about a dependency that is away: refuse, let pass, do it in the process, or do it later. */
export type OutageMode = 'closed' | 'open' | 'local' | 'queued'

export type Dependency = 'postgres' | 'redis' | 'mail' | 'captcha' | 'breaches'

/** How often something was done without a dependency. */
export interface Outage {
  dependency: Dependency
  mode: OutageMode
  count: number
  firstAt: Date
  lastAt: Date
}

/** Counts what is done without a dependency, in this process or isolate. */
export interface OutageMeter {
  note(dependency: Dependency, mode: OutageMode): void
  list(): Outage[]
}

export interface Mail {
  to: string
  subject: string
  text: string
  html: string
  /** Which template made it, and from which values: for the development mailbox. */
  template: string
  data: Record<string, string>
}

/** What a provider said. A `reason` names what went wrong and nothing of the mail. */
export type MailOutcome =
  | { state: 'sent'; providerId: string | null }
  /** It will never be sent: the provider refuses the mail or, if `isRecipientInvalid`, the address. */
  | { state: 'rejected'; reason: string; isRecipientInvalid: boolean }
  /** Not now: an outage, an answer that makes no sense, a limit that ends after `retryAfterSeconds`. */
  | { state: 'deferred'; reason: string; retryAfterSeconds: number | null }

export interface Mailer {
  /** @param idempotencyKey the provider sends two mails of one key once */
  send(mail: Mail, idempotencyKey: string): Promise<MailOutcome>
}

/** A job that is ours until we say what became of it, or until its time is up. */
export interface FetchedJob {
  id: string
  queue: string
  payload: unknown
  /** 0 at the first try. */
  retryCount: number
}

export interface JobQueue {
  /** The next due job of a queue, highest priority first; nobody else gets it while we have it. */
  fetch(queue: string): Promise<FetchedJob | undefined>
  complete(job: FetchedJob): Promise<void>
  /** Puts it back for another try, later each time; after its last try it is a dead letter. */
  retry(job: FetchedJob, reason: string, retryAfterSeconds: number | null): Promise<void>
  /** Makes it a dead letter at once. */
  bury(job: FetchedJob, reason: string): Promise<void>
  /** Takes back what dead workers held, and deletes what is long done. */
  maintain(): Promise<void>
  /** Sends dead letters back to where they came from, one or, without an id, all. @returns how many */
  redrive(id: string | undefined): Promise<number>
  /** Deletes a job in any state. */
  discard(queue: string, id: string): Promise<void>
}

export interface PasswordHasher {
  /** @returns an Argon2id PHC string. Throws `overloaded` when too many hashes wait. */
  hash(password: string): Promise<string>
  /** Takes as long when `hash` is undefined, so that an unknown account can't be told by time. Throws `overloaded`. */
  verify(password: string, hash: string | undefined): Promise<boolean>
  /** Whether `hash` would make it as a hash of today; false for older parameters and imported algorithms. */
  isCurrent(hash: string): boolean
}

export interface PasswordList {
  /** Whether a password is among those that people choose most, in any case of its letters. */
  has(password: string): Promise<boolean>
}

export interface BreachList {
  /** Whether a password is known from breaches, as far as can be told within a deadline. */
  find(password: string): Promise<'found' | 'absent' | 'unavailable'>
}

export interface Clock {
  now(): Date
}

export interface IdSource {
  /** A UUIDv7 (RFC 9562, section 5.7). */
  next(): string
}

export interface RandomSource {
  bytes(length: number): Uint8Array<ArrayBuffer>
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogEvent {
  level: LogLevel
  message: string
  [field: string]: unknown
}
