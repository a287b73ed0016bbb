import type { CoreContext } from '#core/context'
import { deviceOf } from './device'

/** What a statement with an `openSession` in it needs beside the event's values. */
export type SessionValues = {
  sessionId: string
  amr: string
  acr: string
  /** The second factor among them, if it is one that can be removed. */
  secondFactorId: string | null
  device: string
  sessionExpiresAt: Date
  sessionAbsoluteExpiresAt: Date
}

export interface Authentication {
  /** How the user authenticated (RFC 8176). */
  amr: string[]
  /** How strongly: `aal1`, `aal2` (NIST SP 800-63B-4). */
  acr: string
  secondFactorId?: string | null
}

export const addSeconds = (instant: Date, seconds: number): Date => new Date(instant.getTime() + seconds * 1000)

/** The values of a session that starts at `now`: a new id at each log-in, so that none can be planted. */
export const newSession = (
  ctx: CoreContext,
  now: Date,
  { amr, acr, secondFactorId = null }: Authentication,
): SessionValues => ({
  sessionId: ctx.ids.next(),
  amr: JSON.stringify(amr),
  acr,
  secondFactorId,
  device: deviceOf(ctx.request),
  sessionExpiresAt: addSeconds(now, Math.min(ctx.config.REFRESH_TOKEN_SECONDS, ctx.config.SESSION_SECONDS)),
  sessionAbsoluteExpiresAt: addSeconds(now, ctx.config.SESSION_SECONDS),
})
