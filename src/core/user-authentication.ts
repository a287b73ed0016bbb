import type { Problem } from './problem'
import { insufficientUserAuthentication } from './problems'

/** How strongly (NIST SP 800-63B-4), and how long ago at most, a caller must have shown who they are. */
export interface RequiredAuthentication {
  /** `acr` */
  level: 'aal1' | 'aal2'
  /** seconds */
  maxAge: number
}

/** How a caller did show it, as the session's row says. */
export interface ShownAuthentication {
  acr: string
  authenticatedAt: Date
}

/** What the verbs ask for that change how somebody shows who they are. */
export const recentSeconds = 300

/**
 * The step-up challenge of RFC 9470, section 3: what would be enough, in the header and in members of the problem.
 */
export const askForMore = ({ level, maxAge }: RequiredAuthentication): Problem =>
  insufficientUserAuthentication({
    extensions: { acrValues: level, maxAge },
    headers: {
      'www-authenticate': `Bearer realm="postern", error="insufficient_user_authentication", error_description="Step up at /v1/auth/step-up.", acr_values="${level}", max_age="${maxAge}"`,
    },
  })

/** Refuses a caller who showed who they are too long ago. Throws `insufficient-user-authentication`. */
export const requireFresh = (shown: ShownAuthentication, now: Date, maxAge: number, level: 'aal1' | 'aal2'): void => {
  if (shown.authenticatedAt.getTime() + maxAge * 1000 < now.getTime()) throw askForMore({ level, maxAge })
}

/** Refuses a caller who showed it too weakly. Throws `insufficient-user-authentication`. */
export const requireLevel = (shown: ShownAuthentication, level: 'aal1' | 'aal2', maxAge: number): void => {
  if (shown.acr < level) throw askForMore({ level, maxAge })
}
