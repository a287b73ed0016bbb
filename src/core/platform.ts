import type { Database } from '#db/database'
import type { Blobs } from './blobs'
import type { Config } from './config'
import type { Dns } from './dns'
import type { ErrorReport } from './error-report'
import type { Hashing } from './hashing'
import type { ImageRenderer } from './images'
import type { JobQueue } from './job-queue'
import type { LogEvent } from './log-events'
import type { MailPreviews } from './mail-previews'
import type { Outside } from './outside'
import type { PasskeyVerifier } from './passkeys'
import type { ProfileSchema } from './profile-schema'
import type { ProviderCaller } from './provider-settings'
import type { RateLimit, RateLimitName } from './rate-limits'
import type { RefusalLog } from './refusals'
import type { Syslog } from './syslog'
import type { Telemetry } from './telemetry'

/** What routes and jobs both need of the world outside. */
export interface CorePlatform {
  config: Config
  profileSchema: ProfileSchema
  db: Database
  clock: Clock
  ids: IdSource
  random: RandomSource
  hashing?: Hashing | undefined
  /** Avatars, uploads, exports. What is put there has a row in the table `blob` first, but checkpoints of the record. */
  blobs: Blobs
  dns: Dns
  telemetry: Telemetry
  /** Writes one structured log event: see the catalogue in log-events.ts. */
  log(event: LogEvent): void
  /** Tells whoever mends it of what nobody expected, if they asked for it (SENTRY_DSN). It never fails, and nobody waits. */
  reportError(report: ErrorReport): void
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
  floodFilter(network: string): boolean | Promise<boolean>
  captcha: Captcha
  outages: OutageMeter
  refusals: RefusalLog
  wait(milliseconds: number): Promise<void>
  passwords: PasswordHasher
  commonPasswords: PasswordList
  breaches: BreachList
  passkeys: PasskeyVerifier
  images: ImageRenderer
  outside: Outside
  providers: ProviderCaller
  /** What a mail would look like: for the development mailbox. */
  previews: MailPreviews
  /** Whether the process was told to stop and is about to; absent where nobody can tell it. */
  isStopping?(): boolean
  /** Tells whoever works jobs that one was committed. It may get lost: they look for themselves every moment. */
  pokeJobs(): void
  /** The caller's address in its canonical form, as whoever is trusted (TRUSTED_PROXY) vouches for it. */
  remoteAddress(request: Request): string | undefined
  /** Where that address is, as far as is known here: see `toPlace`. It never asks the network. */
  placeOf(request: Request, address: string | null): string | null
}

/** The platform of whoever works jobs. Routes never see it: what they cause is queued. */
export interface JobPlatform extends CorePlatform {
  mailer: Mailer
  providers: ProviderCaller
  outages: OutageMeter
  jobs: JobQueue
  counters: Counters
  /** Where the audit record is sent on to over syslog, if the settings say so. */
  syslog?: Syslog
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

/** What is counted of people, for whoever erases them. */
export interface Counters {
  /** Forgets uses by their keys, as if there had been none. @returns how many keys had uses. Throws when that is not certain. */
  forget(keys: string[]): Promise<number>
}

/** Solved challenges that tell people from programs. */
export interface Captcha {
  /** @param remoteAddress of whoever claims to have solved it, if known */
  verify(token: string, remoteAddress: string | null): Promise<'solved' | 'unsolved' | 'unavailable'>
}

/** What is done about a dependency that is away: refuse, let pass, do it in the process, or do it later. */
export type OutageMode = 'closed' | 'open' | 'local' | 'queued'

/** What a route may do without; `provider` is another identity provider, `dns` what says what a domain's records are. */
export type Dependency = 'postgres' | 'redis' | 'mail' | 'captcha' | 'breaches' | 'provider' | 'blobs' | 'dns'

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
  /** @param idempotencyKey the provider sends two mails of one key once @param traceparent names the call to it */
  send(mail: Mail, idempotencyKey: string, traceparent?: string | null): Promise<MailOutcome>
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
