import type { Dependency, OutageMode } from './platform'
import type { RateLimitName } from './rate-limits'

/** A setting that decides a cell of the table. */
export type Setting = 'REDIS_OUTAGE' | 'CAPTCHA_OUTAGE' | 'BREACH_CHECK'

/** What a route counts its callers by, and what it does while a dependency that it uses is away. */
export type RoutePolicy = { limits: readonly RateLimitName[] } & { [Name in Dependency]?: OutageMode | Setting }

/** Every request is counted by these; by `account` only one that has an access token. */
export const all = ['everyone', 'address', 'account'] as const
