import type { RateLimitName } from './rate-limits'

/**
 * Which check refused a request, and what it looked at: names and numbers that the code knows, and never a value that
 * somebody sent, so that it can be shown to whoever answers people's questions.
 */
export type Check =
  | { check: 'limit'; limit: RateLimitName; most: number; windowSeconds: number; resetSeconds: number }
  /** The first filter of Workers, which counts by network. */
  | { check: 'flood-filter' }
  /** Failures before: of log-ins from a network, to an account, or with its second factors. */
  | { check: 'lockout'; of: 'network' | 'account' | 'second-factor'; retryAfterSeconds: number }
  | { check: 'permission'; of: 'platform' | 'organization'; anyOf: string[] }
  | { check: 'authentication'; level: string; maxAgeSeconds: number }
  | { check: 'policy'; unmet: string }
  | { check: 'credential'; reason: CredentialFault }
  | { check: 'own-page'; rule: OwnPageRule }
  /** Where they stand, and which rule each of them broke. */
  | { check: 'fields'; fields: { pointer: string; code: string }[] }
  /** Something broke: of which kind, and never its message. */
  | { check: 'failure'; error: string }

/** Why an access token or an API key was not accepted. */
export type CredentialFault = 'malformed' | 'unknown-key' | 'signature' | 'expired' | 'claims' | 'unknown' | 'network'

/** What a browser said, or did not say, of the page that sent a request with cookies: see `isOwnPage`. */
export type OwnPageRule = 'sec-fetch-site' | 'origin' | 'x-csrf-token'

/** What is kept of a refusal beside its columns. */
export type RefusalFacts = {
  /** The problem's, for people. */
  title: string
  /** Of a credential that came along and was not accepted: the code of the problem. */
  rejected?: string
  /** `redis:local`: what was done without, and how. */
  outages?: string[]
} & (Check | { check?: never })

/** An answer that was a problem, as JSON. */
export interface Refusal {
  id: string
  requestId: string
  occurredAt: string
  method: string
  /** The template; `*` where the path has no such method. */
  route: string
  status: number
  /** Its code. */
  problem: string
  facts: RefusalFacts
  actorKind: string
  userId: string | null
  traceId: string | null
}

/** Remembers for a day why requests were refused, and of a flood as many as it has room for. */
export interface RefusalLog {
  /** Returns at once; nobody waits for it, and it may get lost. */
  note(refusal: Refusal): void
}
