import type { Context } from '#core/context'
import { lockedOut, type Problem } from '#core/problem'
import { accountLocked } from './problems'

/** Of guesses in a row so many times those that lock are told from the right password; past that, each is a wrong one. */
const mostLocksWorth = 5

/**
 * Whether a locked account may still say to who knows the password that it is locked. Said for ever, it would confirm
 * guesses as if there were no lock.
 */
export const maySayLocked = ({ config }: Context, failures: number): boolean =>
  failures < mostLocksWorth * config.LOCKOUT_FAILURES

/** Seconds until a lock ends. */
export const secondsUntil = (ctx: Context, end: Date): number =>
  Math.max(1, Math.ceil((end.getTime() - ctx.clock.now().getTime()) / 1000))

/** What is said to who may know that the account is locked. */
export const locked = (ctx: Context, lockedUntil: Date): Problem =>
  accountLocked(lockedOut('account', secondsUntil(ctx, lockedUntil)))
