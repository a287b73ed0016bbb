import type { CorePlatform, JobPlatform, Platform } from './platform'
import type { Problem } from './problem'
import { unauthenticated } from './problems'

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

/** What every verb needs: who is calling, in which request. */
export interface CoreContext extends CorePlatform {
  actor: Actor
  request: RequestFacts
}

/** What the verb behind a route needs. In routes `c` is Hono's, `ctx` is this. */
export interface Context extends CoreContext, Platform {}

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
