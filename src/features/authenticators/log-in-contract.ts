import * as z from 'zod'
import type { UserRow } from '../profiles/contract'
import { CookieTokenSet, type SessionState, TokenSet } from '../sessions/contract'

export const methods = ['totp', 'passkey', 'recovery_code'] as const
export type Method = (typeof methods)[number]

/** What a log-in gives that is not finished: no token of it opens anything but the second factor. */
export const MfaChallenge = z
  .object({
    mfaRequired: z.literal(true),
    challenge: z.object({
      token: z.string(),
      methods: z.array(z.enum(methods)).meta({ description: 'How the second factor can be shown.' }),
      mustEnrol: z.boolean().meta({ description: 'There is none yet: set one up with `/v1/auth/mfa/enrol`.' }),
      expiresIn: z.int().meta({ description: 'Seconds that are left for it.', example: 300 }),
    }),
  })
  .meta({ id: 'MfaChallenge' })
export type MfaChallenge = z.output<typeof MfaChallenge>

/** A statement's row about somebody who has shown one factor. */
export type LoggedInRow = UserRow & { methods: Method[]; trustedDeviceId: string | null } & (
    | (SessionState & { challengeKind: null })
    | { sessionId: null; challengeKind: 'second-factor' | 'enrolment' }
  )

/** What became of a log-in. `deviceToken` null: the device keeps the one that it has. */
export type LogInOutcome =
  | { kind: 'session'; tokens: TokenSet; deviceToken: string | null }
  | { kind: 'challenge'; answer: MfaChallenge }

/** What every log-in by one factor is answered with. */
export const LoggedIn = TokenSet.or(CookieTokenSet).or(MfaChallenge)
