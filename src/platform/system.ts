import { v7 } from 'uuid'
import type { Clock, IdSource, LogEvent, LogLevel, RandomSource } from '#core/platform'

export const systemClock: Clock = { now: () => new Date() }

export const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

export const systemRandom: RandomSource = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) }

export const createIds = (clock: Clock, random: RandomSource): IdSource => ({
  next: () => v7({ msecs: clock.now().getTime(), random: random.bytes(16) }),
})

const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** Writes events of at least `least` as JSON lines. */
export const createJsonLog =
  (clock: Clock, least: LogLevel) =>
  (event: LogEvent): void => {
    if (rank[event.level] >= rank[least]) console.log(JSON.stringify({ time: clock.now().toISOString(), ...event }))
  }
