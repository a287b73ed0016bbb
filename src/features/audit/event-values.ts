import type { Actor, CoreContext } from '#core/context'
import { traceIdOf } from '#core/telemetry'

/** What every recorded event says of the moment, the caller and the request. */
export type EventValues = {
  eventId: string
  now: Date
  actorKind: string
  actorId: string | null
  /** By which credential: `session:…` or `api_key:…`. */
  credential: string | null
  requestId: string
  traceId: string | null
  /** Where in its trace the request is, for the jobs that it causes. */
  traceparent: string | null
  ipAddress: string | null
  userAgent: string | null
  place: string | null
  /** 256 random bits, hex: what the salt of each event is made of. */
  saltSeed: string
}

const saltBytes = 32

/** Who did it: whoever acts as somebody did, and not they. */
const actorIdOf = (actor: Actor): string | null => {
  if (actor.kind === 'user') return actor.impersonatorId ?? actor.userId
  if (actor.kind === 'machine') return actor.keyId
  return actor.kind === 'system' ? actor.job : null
}

/** The credential that the caller showed, by its id. */
const credentialOf = (actor: Actor): string | null => {
  if (actor.kind === 'user') return `session:${actor.sessionId}`
  return actor.kind === 'machine' ? `api_key:${actor.keyId}` : null
}

/** The values that a statement with a `recordEvent` in it needs; `now` serves the rest of the statement too. */
export const eventValues = (ctx: Pick<CoreContext, 'ids' | 'clock' | 'random' | 'actor' | 'request'>): EventValues => ({
  eventId: ctx.ids.next(),
  now: ctx.clock.now(),
  actorKind: ctx.actor.kind,
  actorId: actorIdOf(ctx.actor),
  credential: credentialOf(ctx.actor),
  requestId: ctx.request.id,
  traceId: traceIdOf(ctx.request.traceparent),
  traceparent: ctx.request.traceparent,
  ipAddress: ctx.request.ipAddress,
  userAgent: ctx.request.userAgent,
  place: ctx.request.place,
  saltSeed: ctx.random.bytes(saltBytes).toHex(),
})
