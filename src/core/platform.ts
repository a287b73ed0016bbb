import type { Database } from '#db/database'
import type { Config } from './config'

/** Everything the world outside gives us. Bun, Workers and the tests each build one. */
export interface Platform {
  config: Config
  db: Database
  limiter: RateLimiter
  mailer: Mailer
  passwords: PasswordHasher
  clock: Clock
  ids: IdSource
  random: RandomSource
  /** Writes one structured log event. Never give it a secret. */
  log(event: LogEvent): void
  /** Lets `work` finish after the answer is sent; its failure is logged. Only for what may be lost. */
  background(work: Promise<unknown>): void
  /** The address that the connection, or the platform's edge, vouches for. */
  remoteAddress(request: Request): string | undefined
}

export interface RateLimitPolicy {
  limit: number
  windowSeconds: number
}

export interface RateLimiter {
  /** Counts one use of `key` and says whether it is within the policy. */
  take(key: string, policy: RateLimitPolicy): Promise<{ allowed: boolean; retryAfterSeconds: number }>
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

export interface Mailer {
  /** @param idempotencyKey the provider sends two mails of one key once */
  send(mail: Mail, idempotencyKey: string): Promise<void>
}

export interface PasswordHasher {
  /** @returns an Argon2id PHC string. Throws `overloaded` when too many hashes wait. */
  hash(password: string): Promise<string>
  /** Takes as long when `hash` is undefined, so that an unknown account can't be told by time. Throws `overloaded`. */
  verify(password: string, hash: string | undefined): Promise<boolean>
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
