import type { CoreContext } from '#core/context'

/** What every recorded event says of the moment, the caller and the request. */
export type EventValues = {
  eventId: string
  now: Date
  actorKind: string
  actorId: string | null
  requestId: string
  ipAddress: string | null
  userAgent: string | null
}

/** The values that a statement with a `recordEvent` in it needs; `now` serves the rest of the statement too. */
export const eventValues = (ctx: CoreContext): EventValues => ({
  eventId: ctx.ids.next(),
  now: ctx.clock.now(),
  actorKind: ctx.actor.kind,
  actorId: ctx.actor.kind === 'user' ? ctx.actor.userId : ctx.actor.kind === 'system' ? ctx.actor.job : null,
  requestId: ctx.request.id,
  ipAddress: ctx.request.ipAddress,
  userAgent: ctx.request.userAgent,
})
