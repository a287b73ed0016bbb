import { v7 } from 'uuid'
import type { Clock, IdSource, RandomSource } from '#core/platform'

export const systemClock: Clock = { now: () => new Date() }

/** Milliseconds with fractions, from a beginning of its own, that never go back. On Workers they stand still between I/O. */
export const elapsed = (): number => performance.now()

export const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

export const systemRandom: RandomSource = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) }

export const createIds = (clock: Clock, random: RandomSource): IdSource => ({
  next: () => v7({ msecs: clock.now().getTime(), random: random.bytes(16) }),
})
