import type { CoreContext } from '#core/context'
import { authenticateBytes } from '#core/macs'
import { hashToken, toBase64Url } from '#core/secrets'

/** What is sent to a provider, and what comes back is checked by; all of it follows from `state`. */
export interface FlowSecrets {
  /** RFC 7636 */
  codeVerifier: string
  /** OpenID Connect Core 1.0, section 3.1.2.1 */
  nonce: string
}

const encoder = new TextEncoder()

const derive = async (ctx: Pick<CoreContext, 'config'>, use: string, state: string): Promise<string> =>
  toBase64Url(await authenticateBytes(ctx, 'oauth-flow', encoder.encode(`${use}:${state}`)))

/** The secrets of the flow with this state: nothing but the state's digest has to be kept. */
export const flowSecrets = async (ctx: Pick<CoreContext, 'config'>, state: string): Promise<FlowSecrets> => ({
  codeVerifier: await derive(ctx, 'verifier', state),
  nonce: await derive(ctx, 'nonce', state),
})

/** The challenge that a verifier answers (RFC 7636, S256). */
export const challengeOf = async (codeVerifier: string): Promise<string> =>
  toBase64Url(Uint8Array.fromHex(await hashToken(codeVerifier)))
