import type { Context } from '#core/context'

/** Counts the failure that locks, which is mailed to the owner, and lets the mail go out. */
export const noteLockout = (
  ctx: Context,
  failures: number | undefined,
  scope: 'account' | 'device' | 'second_factor',
) => {
  if (failures !== ctx.config.LOCKOUT_FAILURES) return
  ctx.telemetry.meter.add('auth_lockouts_total', { scope })
  ctx.pokeJobs()
}
