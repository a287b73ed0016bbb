import type { Dependency, OutageMode } from './platform'
import type { RateLimitName } from './rate-limits'

/** A setting that decides a cell of the table. */
export type Setting = 'REDIS_OUTAGE' | 'CAPTCHA_OUTAGE' | 'BREACH_CHECK'

/** What a route counts its callers by, and what it does while a dependency that it uses is away. */
export type RoutePolicy = {
  limits: readonly RateLimitName[]
  /** Of a route that takes a file, beside JSON or instead: the most bytes of one. Other bodies end at 64 KiB. */
  mostFileBytes?: number
  /** The most bytes of its JSON, where that is not 64 KiB. */
  mostJsonBytes?: number
  /** The same for everybody: pages of every origin may read it, and nobody is asked who they are. */
  isPublic?: true
  /** For whoever shows OPERATOR_TOKEN: nobody is asked for any other credential. */
  isOperators?: true
  /** Its errors have the form of RFC 6749, section 5.2. */
  isOauth?: true
  /** Open also to staff who act as somebody: reading is unless it says `false`, changing only if it says `true`. */
  impersonated?: boolean
} & { [Name in Dependency]?: OutageMode | Setting }

/** Every request is counted by these; by `account` only one that has an access token, and an API key by `apiKey` instead. */
export const all = ['everyone', 'address', 'account'] as const
