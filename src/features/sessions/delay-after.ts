import type { Context } from '#core/context'

const longestDelayMs = 4000

/** Holds the answer to a failure back: the second in a row a moment, each later one twice as long. */
export const delayAfter = async (ctx: Context, failures: number): Promise<void> => {
  const delayMs = failures < 2 ? 0 : ctx.config.LOCKOUT_DELAY_MILLISECONDS * 2 ** (failures - 2)
  if (delayMs > 0) await ctx.wait(Math.min(delayMs, longestDelayMs))
}
