import type { Config } from '#core/config'
import type { Authentication } from './new-session'

/** What a statement with a `raiseSession` in it needs beside the event's values and the caller. */
export type Raising = {
  /** Whether it was a second factor that was shown. */
  raises: boolean
  amr: string
  secondFactorId: string | null
  sessionSeconds: number
  refreshSeconds: number
}

/** The values that raise a session. */
export const raiseValues = (config: Config, { amr, acr, secondFactorId = null }: Authentication): Raising => ({
  raises: acr === 'aal2',
  amr: JSON.stringify(amr),
  secondFactorId,
  sessionSeconds: config.SESSION_SECONDS,
  refreshSeconds: config.REFRESH_TOKEN_SECONDS,
})
