import type { Database } from '#db/database'
import type { Observation } from './observation'
import { type Access, noAccess, type Permission } from './permissions'
import type { CorePlatform, JobPlatform, LimitState, Platform } from './platform'
import { lacking, type Problem } from './problem'
import { missingPermission, unauthenticated } from './problems'
import type { Use } from './rate-limits'
import type { RoutePolicy } from './route-policy'

/** Whose an API key is. */
export interface KeyOwner {
  kind: 'user' | 'organization' | 'service-account'
  id: string
}

/** Who is calling. `rejected` says why a credential that came along was not accepted. */
export type Actor =
  | { kind: 'anonymous'; rejected?: Problem }
  | {
      kind: 'user'
      userId: string
      sessionId: string
      /** What the token says that they may do: as of its last refresh. Nothing, where it says nothing. */
      access?: Access
      /** Whoever of the staff acts as the user: see `act` in RFC 8693, section 4.1. */
      impersonatorId?: string
    }
  | {
      kind: 'machine'
      /** The API key that it shows, or got its token with. */
      keyId: string
      owner: KeyOwner
      /** What it may do: for the platform or, if it is an organization's, for that one. */
      permissions: string[]
      organizationId: string | null
      /** What its requests are counted by: the hash of the key that it shows. Absent where a token speaks for a key. */
      keyHash?: string
      /** How many requests a minute the key allows, if it is not as many as the others. */
      limitPerMinute?: number | null
    }
  | { kind: 'system'; job: string }

/** A caller with an API key that this process does not know yet. */
export interface Unidentified {
  kind: 'unidentified'
  keyHash: string
  /** Asks the database who it is; a key that is not accepted gives an anonymous actor that says why. */
  identify: () => Promise<Actor>
}

export interface RequestFacts {
  id: string
  ipAddress: string | null
  userAgent: string | null
  /** Where the address is, as far as the platform tells: see `toPlace`. */
  place: string | null
  /** The trace that the request is part of, and where in it: it goes on there in the jobs that it causes. */
  traceparent: string | null
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
  /** What is measured of it. Absent where nobody measures. */
  observation?: Observation
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
  /** Inside a transaction that a refusal undoes: notes what is written after that. See `recordRefusal`. */
  onRollback?: (write: RefusalWriter) => void
  /** Whose key is being looked up, while that goes on: `actor` is anonymous until then. */
  unidentified?: Unidentified | undefined
}

/** Writes that something was refused. */
export type RefusalWriter = (db: Database) => Promise<unknown>

/** What the verb behind a job needs; `request` is the one that caused the job. */
export interface JobContext extends CoreContext, JobPlatform {
  actor: Extract<Actor, { kind: 'system' }>
  /** `id` names everything the job does, and is the idempotency key of what it sends. */
  job: { id: string; causedAt: Date; isLastTry: boolean }
}

const refusalOf = (actor: Actor): Problem => (actor.kind === 'anonymous' && actor.rejected) || unauthenticated()

/** Records what is refused, so that it stays when the refusal undoes everything else that the request did. */
export const recordRefusal = async (ctx: Context, write: RefusalWriter): Promise<void> => {
  if (ctx.onRollback) ctx.onRollback(write)
  else await write(ctx.db)
}

/** The signed-in user: the first line of every verb that acts for a person. Throws `unauthenticated`, or why not. */
export const requireUser = (ctx: Context): Extract<Actor, { kind: 'user' }> => {
  if (ctx.actor.kind === 'user') return ctx.actor
  throw refusalOf(ctx.actor)
}

/** What the caller may do, as their token says. */
export const accessOf = (actor: Actor): Access =>
  actor.kind === 'user'
    ? (actor.access ?? noAccess)
    : actor.kind === 'machine' && actor.organizationId === null
      ? { ...noAccess, permissions: actor.permissions }
      : noAccess

/**
 * A caller who may do something, as their token says, which is as of its last refresh: for ordinary routes. Privileged ones
 * ask the database (`requireStaff`). Throws `unauthenticated`, or why not, and `missing-permission`.
 */
export const requirePermission = (
  ctx: Context,
  permission: Permission,
): Extract<Actor, { kind: 'user' | 'machine' }> => {
  const { actor } = ctx
  if (actor.kind !== 'user' && actor.kind !== 'machine') throw refusalOf(actor)
  if (!accessOf(actor).permissions.includes(permission)) throw missingPermission(lacking('platform', permission))
  return actor
}
