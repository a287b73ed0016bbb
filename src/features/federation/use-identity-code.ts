import type { Context } from '#core/context'
import { hashToken, newToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { finishLogIn } from '../authenticators/finish-log-in'
import type { LogInOutcome } from '../authenticators/log-in-contract'
import { logInValues } from '../authenticators/log-in-values'
import type { IdentityExchange } from './contract'
import { letInByIdentity } from './exchange-queries'
import { recordRefusedCode } from './flow-queries'
import { challengeOf } from './flow-secrets'
import { identityConflict, identityUnproved, invalidIdentityCode } from './problems'

/** Another log-in was faster to make the account, then another to link it: more than this never happens. */
const mostAttempts = 3

const refusals = {
  conflict: identityConflict,
  unproved: identityUnproved,
  banned: invalidIdentityCode,
  raced: identityConflict,
}

const takeIdentity = async (ctx: Context, { code, codeVerifier, transport }: IdentityExchange, nextCode: string) => {
  const values = await logInValues(ctx, ['fed'], transport)
  const newUserId = ctx.ids.next()
  const [row] = await letInByIdentity(ctx.db, {
    ...values,
    codeHash: await hashToken(code),
    codeChallenge: await challengeOf(codeVerifier),
    identityId: ctx.ids.next(),
    newUserId,
    linkedEventId: ctx.ids.next(),
    linkedJobId: ctx.ids.next(),
    registeredEventId: ctx.ids.next(),
    joinJobId: ctx.ids.next(),
    refusedEventId: ctx.ids.next(),
    nextCodeHash: await hashToken(nextCode),
  })
  return { row, challengeId: values.challengeId, newUserId }
}

/**
 * Logs in whom another provider vouches for, for callers that were counted, up to the second factor of who has one; who
 * is new and whose address the provider vouches for gets an account. The code works once, within a minute, for the
 * program that began the log-in. Throws `invalid-identity-code`, `identity-conflict`, `identity-unproved`.
 */
export async function useIdentityCode(ctx: Context, exchange: IdentityExchange, attempt = 1): Promise<LogInOutcome> {
  const nextCode = newToken(ctx)
  const { row, challengeId, newUserId } = await takeIdentity(ctx, exchange, nextCode)
  if (!row) {
    await recordRefusedCode(ctx.db, eventValues(ctx))
    throw invalidIdentityCode()
  }
  if (row.id === null) {
    if (row.refusal !== 'raced' || attempt === mostAttempts) throw refusals[row.refusal]()
    return useIdentityCode(ctx, { ...exchange, code: nextCode }, attempt + 1)
  }
  if (row.id === newUserId) ctx.telemetry.meter.add('auth_registrations_total', { outcome: 'succeeded' })
  ctx.pokeJobs()
  return finishLogIn(ctx, challengeId, row)
}
