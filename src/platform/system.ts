import type { Clock, IdSource, RandomSource } from '#core/platform'

export const systemClock: Clock = { now: () => new Date() }

/** Milliseconds with fractions, from a beginning of its own, that never go back. On Workers they stand still between I/O. */
export const elapsed = (): number => performance.now()

export const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

export const systemRandom: RandomSource = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) }

/** 48 bits of time, then random ones but for the version and the variant. */
export const createIds = (clock: Clock, random: RandomSource): IdSource => ({
  next: () => {
    const time = clock.now().getTime().toString(16).padStart(12, '0')
    const drawn = random.bytes(10)
    drawn[0] = ((drawn[0] ?? 0) & 0x0f) | 0x70
    drawn[2] = ((drawn[2] ?? 0) & 0x3f) | 0x80
    const digits = drawn.toHex()
    return `${time.slice(0, 8)}-${time.slice(8)}-${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8)}`
  },
})
