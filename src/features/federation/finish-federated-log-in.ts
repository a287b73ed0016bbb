import { errors } from 'jose'
import { AuthorizationResponseError } from 'oauth4webapi'
import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { modeWithout } from '#core/outages'
import { Problem } from '#core/problem'
import { providerUnavailable } from '#core/problems'
import { hashToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import type { ProviderParams } from './contract'
import { fetchIdentity } from './fetch-identity'
import { findProvider } from './find-provider'
import { type Flow, recordRefusedFlow, takeFlow } from './flow-queries'
import { keepIdentity } from './keep-identity'
import { invalidLogInFlow } from './problems'

/** A word for what was not right: for the program, and for the record. */
const reasonOf = (error: unknown): string => {
  if (error instanceof AuthorizationResponseError) return error.error === 'access_denied' ? 'access_denied' : 'refused'
  if (error instanceof Problem) return 'unavailable'
  if (error instanceof errors.JWKSNoMatchingKey) return 'key_selection_failed'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('OAUTH_') ? code.slice('OAUTH_'.length).toLowerCase() : 'invalid_response'
}

const isAway = (error: unknown) =>
  error instanceof Problem && error.definition.code === providerUnavailable.definition.code

const sendBack = ({ redirectTo }: Flow, parameters: Record<string, string>): string => {
  const url = new URL(redirectTo)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/**
 * Takes a log-in back from another provider, once, by the browser that began it, and gives the address to send the browser
 * to: with a code for the program that asked, never with a token; or with `error`, when the provider or what it said is not
 * to be relied on, which is recorded with its reason. @param binding what the browser kept
 * Throws `not-found`, `invalid-log-in-flow`, `rate-limited`, `limits-unavailable`.
 */
export async function finishFederatedLogIn(
  ctx: Context,
  { provider: id }: ProviderParams,
  returned: URLSearchParams,
  binding: string | undefined,
): Promise<string> {
  const configured = findProvider(ctx.config, id)
  await admit(ctx, ['federation', ctx.request.network])
  const state = returned.get('state')
  const [flow] =
    state && binding
      ? await takeFlow(ctx.db, {
          stateHash: await hashToken(state),
          bindingHash: await hashToken(binding),
          provider: id,
          now: ctx.clock.now(),
        })
      : []
  const count = (outcome: string) => ctx.telemetry.meter.add('auth_oauth_logins_total', { provider: id, outcome })
  if (!state || !flow) {
    count('refused')
    await recordRefusedFlow(ctx.db, { ...eventValues(ctx), provider: id, reason: 'unknown_flow' })
    throw invalidLogInFlow()
  }
  const since = ctx.clock.now().getTime()
  const log = (level: 'info' | 'warn', outcome: string) =>
    ctx.log({
      level,
      message: 'a log-in came back from another provider',
      requestId: ctx.request.id,
      provider: id,
      outcome,
      milliseconds: ctx.clock.now().getTime() - since,
    })
  try {
    const identity = await fetchIdentity(ctx, configured, returned, state)
    const code = await keepIdentity(ctx, id, flow.codeChallenge, identity)
    log('info', 'completed')
    count('succeeded')
    return sendBack(flow, { code })
  } catch (error) {
    const reason = reasonOf(error)
    // Whoever comes back is sent on with an error, and no problem says it.
    if (isAway(error)) modeWithout(ctx, 'provider')
    await recordRefusedFlow(ctx.db, { ...eventValues(ctx), provider: id, reason })
    log('warn', reason)
    count(reason === 'access_denied' ? 'denied' : 'failed')
    return sendBack(flow, { error: reason === 'access_denied' ? reason : 'provider_failed' })
  }
}
