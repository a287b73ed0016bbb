import type { Context } from '#core/context'

/** What a second factor was shown with, for `showFactor`; what its method does not have is null. */
export type ShownValues = {
  /** The authenticator or passkey; null for a code that none of them has, and for recovery codes. */
  factorId: string | null
  step: number | null
  newSeal: string | null
  codeHash: string | null
  counter: number | null
  isBackedUp: boolean | null
}

export type FactorValues = ShownValues & {
  lockoutFailures: number
  lockoutSeconds: number
  factorEventId: string
  failedEventId: string
  lockedEventId: string
  lockoutJobId: string
  factorJobId: string
}

/** The values of one attempt to show a second factor. */
export const factorValues = (ctx: Context, shown: Partial<ShownValues>): FactorValues => ({
  factorId: null,
  step: null,
  newSeal: null,
  codeHash: null,
  counter: null,
  isBackedUp: null,
  ...shown,
  lockoutFailures: ctx.config.LOCKOUT_FAILURES,
  lockoutSeconds: ctx.config.LOCKOUT_SECONDS,
  factorEventId: ctx.ids.next(),
  failedEventId: ctx.ids.next(),
  lockedEventId: ctx.ids.next(),
  lockoutJobId: ctx.ids.next(),
  factorJobId: ctx.ids.next(),
})
