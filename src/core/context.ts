import type { CorePlatform, JobPlatform, LimitState, Platform } from './platform'
import type { Problem } from './problem'
import { unauthenticated } from './problems'
import type { Use } from './rate-limits'
import type { RoutePolicy } from './route-policy'

/** Who is calling. `rejected` says why a credential that came along was not accepted. */
export type Actor =
  | { kind: 'anonymous'; rejected?: Problem }
  | { kind: 'user'; userId: string; sessionId: string }
  | { kind: 'system'; job: string }

export interface RequestFacts {
  id: string
  ipAddress: string | null
  userAgent: string | null
}

/** How a request is counted, and what was done without in it. */
export interface Admission {
  policy: RoutePolicy | undefined
  /** What it still has to be counted by. */
  pending: Use[]
  /** The limits that it was counted by. */
  limits: LimitState[]
  /** `redis:local`: the dependency that was away, and what was done about it. */
  outages: string[]
}

/** The admission of a request that nothing is known of yet. */
export const newAdmission = (policy?: RoutePolicy): Admission => ({ policy, pending: [], limits: [], outages: [] })

/** What every verb needs: who is calling, in which request. */
export interface CoreContext extends CorePlatform {
  actor: Actor
  request: RequestFacts
}

/** What the verb behind a route needs. In routes `c` is Hono's, `ctx` is this. */
export interface Context extends CoreContext, Platform {
  request: RequestFacts & {
    /** What limits count the caller by: see `networkOf`. Null without an address. */
    network: string | null
    /** Says that the device logged in before. */
    deviceToken: string | null
  }
  admission: Admission
}

/** What the verb behind a job needs; `request` is the one that caused the job. */
export interface JobContext extends CoreContext, JobPlatform {
  actor: Extract<Actor, { kind: 'system' }>
  /** `id` names everything the job does, and is the idempotency key of what it sends. */
  job: { id: string; causedAt: Date; isLastTry: boolean }
}

/** The signed-in user: the first line of every verb that acts for a person. Throws `unauthenticated`, or why not. */
export const requireUser = (ctx: Context): Extract<Actor, { kind: 'user' }> => {
  if (ctx.actor.kind === 'user') return ctx.actor
  throw (ctx.actor.kind === 'anonymous' && ctx.actor.rejected) || unauthenticated()
}
