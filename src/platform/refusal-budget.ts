import type { Clock } from '#core/platform'

/** So many refusals a second are worth a row, and so many at once after a quiet time. */
const perSecond = 20
const most = 60

/** Whether one more refusal may be kept: in a flood, all are alike. */
export const createRefusalBudget = (clock: Clock): (() => boolean) => {
  let left = most
  let countedAt = clock.now().getTime()
  return () => {
    const now = clock.now().getTime()
    left = Math.min(most, left + (Math.max(0, now - countedAt) / 1000) * perSecond)
    countedAt = now
    if (left < 1) return false
    left -= 1
    return true
  }
}
