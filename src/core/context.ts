import type { JobPlatform, Platform } from './platform'
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

/** What a verb needs: the platform, and who is calling in which request. In routes `c` is Hono's, `ctx` is this. */
export interface Context extends Platform {
  actor: Actor
  request: RequestFacts
}

/** What the verb behind a job needs; `request` is the one that caused the job. */
export interface JobContext extends Context, JobPlatform {
  actor: Extract<Actor, { kind: 'system' }>
}

/** The signed-in user: the first line of every verb that acts for a person. Throws `unauthenticated`, or why not. */
export const requireUser = (ctx: Context): Extract<Actor, { kind: 'user' }> => {
  if (ctx.actor.kind === 'user') return ctx.actor
  throw (ctx.actor.kind === 'anonymous' && ctx.actor.rejected) || unauthenticated()
}
