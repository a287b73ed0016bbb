import type { Clock } from '#core/platform'

interface TurnOptions {
  clock: Clock
  /** How many can be served in a second. */
  perSecond: number
  mostSeconds: number
}

/**
 * Says to each who is sent away in how many seconds to come back: one after the other, as they can be served. Told the same they would
 * all come at once again, and whoever only turns people away serves nobody.
 */
export const createTurns = ({ clock, perSecond, mostSeconds }: TurnOptions): (() => number) => {
  let lastTurn = 0
  return () => {
    const now = clock.now().getTime()
    lastTurn = Math.max(now, Math.min(lastTurn + 1000 / perSecond, now + 1000 * (mostSeconds - 1)))
    return 1 + Math.floor((lastTurn - now) / 1000)
  }
}
