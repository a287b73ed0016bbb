import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { eventValues } from '../audit/event-values'
import { checkAssertion } from '../authenticators/check-assertion'
import { countLogIn } from '../authenticators/count-log-in'
import { factorValues } from '../authenticators/factor-values'
import type { LogInOutcome } from '../authenticators/log-in-contract'
import type { PasskeyLogIn } from '../authenticators/passkey-contract'
import { invalidPasskey } from '../authenticators/problems'
import { refuseFactor } from '../authenticators/refuse-factor'
import { toUser } from '../profiles/contract'
import { emailUnverified } from '../profiles/problems'
import { issueDeviceToken } from '../sessions/issue-device-token'
import { issueTokens } from '../sessions/issue-tokens'
import { newSession } from '../sessions/new-session'
import { unprovedActivation } from './activation'
import { openSessionByPasskey, recordRefusedPasskey } from './passkey-queries'

type Opened = Extract<LogInOutcome, { kind: 'session' }>

const open = async (ctx: Context, { response }: PasskeyLogIn): Promise<Opened> => {
  await admit(ctx, ['passkey', ctx.request.network])
  const passkey = await checkAssertion(ctx, response, { purpose: 'log-in', userId: null, boundTo: null })
  if (!passkey) {
    await recordRefusedPasskey(ctx.db, eventValues(ctx))
    throw invalidPasskey()
  }
  const { id, userId, counter, isBackedUp, amr } = passkey
  if (ctx.config.EMAIL_VERIFICATION === 'required' && passkey.emailVerifiedAt === null) {
    throw emailUnverified({ extensions: { activation: unprovedActivation('required') } })
  }
  const event = eventValues(ctx)
  const [row] = await openSessionByPasskey(ctx.db, {
    ...event,
    ...newSession(ctx, event.now, { amr: [amr, 'user', 'mfa'], acr: 'aal2', secondFactorId: id }),
    ...factorValues(ctx, { factorId: id, counter, isBackedUp }),
    userId,
    jobId: ctx.ids.next(),
    openedEventId: ctx.ids.next(),
  })
  if (!row) {
    await recordRefusedPasskey(ctx.db, eventValues(ctx))
    const refused = { method: 'passkey', userId, shown: { factorId: id, counter } } as const
    return refuseFactor(ctx, refused, { failures: 0, lockedUntil: null })
  }
  ctx.pokeJobs()
  const tokens = await issueTokens(ctx, row, toUser(ctx, row))
  return { kind: 'session', tokens, deviceToken: await issueDeviceToken(ctx, userId) }
}

/**
 * Logs in with a passkey, which says whose it is. It verified its user, so it is two factors in one: no other is asked for.
 * It can't be guessed, so failures lock nothing, and a lock is not felt. Throws `invalid-passkey`, `email-unverified`,
 * `rate-limited`, `limits-unavailable`, `passkey-check-unavailable`.
 */
export async function logInByPasskey(ctx: Context, shown: PasskeyLogIn): Promise<Opened> {
  return countLogIn(ctx, 'passkey', () => open(ctx, shown))
}
