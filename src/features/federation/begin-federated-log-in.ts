import { processPushedAuthorizationResponse, pushedAuthorizationRequest } from 'oauth4webapi'
import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { retryAfter } from '#core/problem'
import { providerUnavailable } from '#core/problems'
import { findRedirect } from '#core/redirects'
import { hashToken, newToken } from '#core/secrets'
import { addSeconds } from '../sessions/new-session'
import { callbackOf, clientAuthentication } from './client-authentication'
import type { AuthorizationRequest, ProviderParams } from './contract'
import { discover, type ProviderServer } from './discover'
import { type ConfiguredProvider, findProvider } from './find-provider'
import { insertFlow } from './flow-queries'
import { challengeOf, flowSecrets } from './flow-secrets'
import { invalidRedirect } from './problems'

/** How long somebody may take at the other provider. */
export const flowSeconds = 600

const requestOf = async (ctx: Context, configured: ConfiguredProvider, state: string): Promise<URLSearchParams> => {
  const { provider, settings } = configured
  const { codeVerifier, nonce } = await flowSecrets(ctx, state)
  return new URLSearchParams({
    client_id: settings.clientId,
    redirect_uri: callbackOf(ctx.config.BASE_URL, configured),
    response_type: 'code',
    scope: provider.scopes.join(' '),
    state,
    code_challenge: await challengeOf(codeVerifier),
    code_challenge_method: 'S256',
    ...(provider.kind === 'openid' && { nonce }),
    ...provider.parameters,
  })
}

/** Tells the provider what is asked beforehand, where it takes that (RFC 9126); what goes through the browser then says nothing. */
const push = async (configured: ConfiguredProvider, found: ProviderServer, request: URLSearchParams) => {
  const { server, client, options } = found
  if (!server.pushed_authorization_request_endpoint) return request
  const response = await pushedAuthorizationRequest(
    server,
    client,
    clientAuthentication(configured, server),
    request,
    options,
  )
  const { request_uri } = await processPushedAuthorizationResponse(server, client, response)
  return new URLSearchParams({ client_id: client.client_id, request_uri })
}

const authorizationUrl = async (ctx: Context, configured: ConfiguredProvider, state: string): Promise<string> => {
  const request = await requestOf(ctx, configured, state)
  try {
    const found = await discover(ctx, configured)
    const url = new URL(found.server.authorization_endpoint ?? '')
    for (const [name, value] of await push(configured, found, request)) url.searchParams.set(name, value)
    return url.href
  } catch (cause) {
    throw providerUnavailable({ ...retryAfter(5), cause })
  }
}

/**
 * Begins a log-in at another provider: gives the address to send the browser to, and what the browser keeps to show that
 * it began it. PKCE, `state` and `nonce` always (RFC 9700).
 * @param readBinding what it keeps already, of another log-in whose answer is posted, or is not
 * Throws `not-found`, `invalid-redirect`, `provider-unavailable`, `rate-limited`, `limits-unavailable`.
 */
export async function beginFederatedLogIn(
  ctx: Context,
  { provider: id, redirectTo, codeChallenge }: AuthorizationRequest & ProviderParams,
  readBinding: (isPosted: boolean) => string | undefined,
): Promise<{ url: string; binding: string; isPosted: boolean }> {
  const configured = findProvider(ctx.config, id)
  const target = findRedirect(ctx.config, redirectTo)
  if (!target) throw invalidRedirect()
  await admit(ctx, ['federation', ctx.request.network])
  const isPosted = configured.provider.parameters?.response_mode === 'form_post'
  const [state, binding] = [newToken(ctx), readBinding(isPosted) ?? newToken(ctx)]
  const url = await authorizationUrl(ctx, configured, state)
  const now = ctx.clock.now()
  await insertFlow(ctx.db, {
    stateHash: await hashToken(state),
    bindingHash: await hashToken(binding),
    provider: id,
    redirectTo: target.href,
    codeChallenge,
    now,
    expiresAt: addSeconds(now, flowSeconds),
  })
  return { url, binding, isPosted }
}
