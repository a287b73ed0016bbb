import { Secret, TOTP } from 'otpauth'

const periodMs = 30_000

/** The time step of RFC 6238 that an instant is in. */
export const stepAt = (instant: Date): number => Math.floor(instant.getTime() / periodMs)

/** The code of a step, as any authenticator app that was given this secret (base32) makes it. */
export const totpCode = (secret: string, step: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: periodMs / 1000 }).generate({
    timestamp: step * periodMs,
  })

/** Six digits that are the code of no step near this one. */
export const wrongTotpCode = (secret: string, step: number, distance = 1): string => {
  const near = [-2, -1, 0, 1, 2].map((away) => totpCode(secret, step + away))
  const guess = String((Number(totpCode(secret, step)) + distance) % 1_000_000).padStart(6, '0')
  return near.includes(guess) ? wrongTotpCode(secret, step, distance + 7) : guess
}

/** An authenticator app in its owner's hands. */
export interface TotpApp {
  secret: string
  /** A code that was not asked for before: of this step, or of the next one. More than two don't fit into a minute. */
  next: () => string
  /** Six digits that the app does not show. */
  wrong: () => string
}

/**
 * An app that runs by the real clock.
 * @param lastStep the step whose code was used up
 */
export const openTotpApp = (secret: string, lastStep: number): TotpApp => {
  let last = lastStep
  return {
    secret,
    next: () => {
      const current = stepAt(new Date())
      last = Math.max(last + 1, current)
      if (last > current + 1) throw new Error('The next code that is new is too far ahead of the clock.')
      return totpCode(secret, last)
    },
    wrong: () => wrongTotpCode(secret, stepAt(new Date())),
  }
}
