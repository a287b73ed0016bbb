import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { countOutcome } from '#core/outcomes'
import { Problem } from '#core/problem'
import { hashToken, newToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { countLogIn } from '../authenticators/count-log-in'
import type { LogInOutcome } from '../authenticators/log-in-contract'
import { addSeconds } from '../sessions/new-session'
import { checkProviderToken } from './check-provider-token'
import type { IdTokenLogIn, ProviderParams } from './contract'
import { readClaims } from './fetch-identity'
import { type ConfiguredProvider, findProvider } from './find-provider'
import { recordRefusedFlow, useNonce } from './flow-queries'
import { challengeOf } from './flow-secrets'
import { keepIdentity } from './keep-identity'
import { invalidIdToken } from './problems'
import { useIdentityCode } from './use-identity-code'

/** How much longer than its token a nonce is remembered: more than clocks may be apart. */
const rememberedSeconds = 3600

/** Apple's and Google's libraries put the SHA-256 of the nonce into the token, not the nonce. */
const isNonce = async (claim: unknown, nonce: string) => claim === nonce || claim === (await hashToken(nonce))

const check = async (ctx: Context, configured: ConfiguredProvider, { idToken, nonce }: IdTokenLogIn) => {
  const { provider, settings } = configured
  const claims = await checkProviderToken(ctx, configured, idToken, {
    audience: [settings.clientId, ...(settings.nativeClientIds ?? [])],
    required: ['sub', 'iat', 'exp', 'nonce'],
  })
  if (!(await isNonce(claims.nonce, nonce))) throw new Error('The id_token is of another log-in.')
  const now = ctx.clock.now()
  // As the token has it, so that who knows only the token can't use it again.
  const nonceHash = await hashToken(`${provider.id}:${claims.nonce}`)
  const expiresAt = addSeconds(new Date(Number(claims.exp) * 1000), rememberedSeconds)
  const [fresh] = await useNonce(ctx.db, { nonceHash, now, expiresAt })
  if (!fresh) throw new Error('The id_token was used before.')
  return { ...readClaims(provider, claims), issuer: claims.iss, tokens: undefined }
}

const letIn = async (
  ctx: Context,
  configured: ConfiguredProvider,
  input: IdTokenLogIn & ProviderParams,
): Promise<LogInOutcome> => {
  await admit(ctx, ['federation', ctx.request.network])
  const identity = await check(ctx, configured, input).catch(async (cause: unknown) => {
    if (cause instanceof Problem) throw cause
    await recordRefusedFlow(ctx.db, { ...eventValues(ctx), provider: input.provider, reason: 'id_token' })
    throw invalidIdToken({ cause })
  })
  const codeVerifier = newToken(ctx)
  const code = await keepIdentity(ctx, input.provider, await challengeOf(codeVerifier), identity)
  return useIdentityCode(ctx, { code, codeVerifier, transport: input.transport })
}

/**
 * Logs in by the id_token that a provider's own library gave to an app on a device. The token must be for our client or one
 * of its apps, and of the log-in that the app began: its nonce works once. Throws `not-found`, `invalid-id-token`,
 * `provider-unavailable`, `identity-conflict`, `identity-unproved`, `rate-limited`, `limits-unavailable`.
 */
export async function logInByIdToken(ctx: Context, input: IdTokenLogIn & ProviderParams): Promise<LogInOutcome> {
  const configured = findProvider(ctx.config, input.provider)
  const { meter } = ctx.telemetry
  return countOutcome(
    (outcome) => meter.add('auth_oauth_logins_total', { provider: input.provider, outcome }),
    () => countLogIn(ctx, 'federation', () => letIn(ctx, configured, input)),
  )
}
