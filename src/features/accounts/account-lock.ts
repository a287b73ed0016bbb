import type { Context } from '#core/context'
import { type Problem, retryAfter } from '#core/problem'
import { accountLocked } from './problems'

/** NIST SP 800-63B-4, section 3.2.2: after so many failures in a row a right password is told from a wrong one no more. */
const mostComparisons = 100

/** Whether a locked account may still say to who knows the password that it is locked. */
export const maySayLocked = (failures: number): boolean => failures < mostComparisons

/** Seconds until a lock ends. */
export const secondsUntil = (ctx: Context, end: Date): number =>
  Math.max(1, Math.ceil((end.getTime() - ctx.clock.now().getTime()) / 1000))

/** What is said to who may know that the account is locked. */
export const locked = (ctx: Context, lockedUntil: Date): Problem =>
  accountLocked(retryAfter(secondsUntil(ctx, lockedUntil)))
