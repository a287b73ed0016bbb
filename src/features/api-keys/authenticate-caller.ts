import type { Actor, Context, Unidentified } from '#core/context'
import type { ProblemFactory } from '#core/problem'
import { invalidApiKey, networkNotAllowed } from '#core/problems'
import type { CredentialFault } from '#core/refusals'
import { authenticateAccessToken } from '../sessions/authenticate-access-token'
import { findKnownKey } from './find-known-key'
import { isApiKey, readKeyHash } from './key-token'
import { type KnownKey, recallKey } from './known-keys'
import { useKey } from './use-key'

const rejected = (toProblem: ProblemFactory, reason: CredentialFault): Actor => ({
  kind: 'anonymous',
  rejected: toProblem({ check: { check: 'credential', reason } }),
})

const toActor = (ctx: Context, keyHash: string, key: KnownKey | null): Actor => {
  if (!key) return rejected(invalidApiKey, 'unknown')
  const outcome = useKey(ctx, key, ctx.request.ipAddress)
  if (outcome === 'elsewhere') return rejected(networkNotAllowed, 'network')
  if (outcome === 'expired') return rejected(invalidApiKey, 'expired')
  const { id: keyId, owner, organizationId, permissions, limitPerMinute } = key
  return { kind: 'machine', keyId, owner, organizationId, permissions, limitPerMinute, keyHash }
}

/**
 * Who an access token or an API key speaks for, or nobody with the reason why. A key that this process does not know is left
 * to be looked up; what is no key at all is refused before that.
 */
export async function authenticateCaller(ctx: Context, token: string): Promise<Actor | Unidentified> {
  if (!isApiKey(token)) return authenticateAccessToken(ctx, token)
  const keyHash = await readKeyHash(ctx, token)
  if (keyHash === undefined) return rejected(invalidApiKey, 'malformed')
  const known = recallKey(ctx, keyHash)
  if (known !== undefined) return toActor(ctx, keyHash, known)
  const identify = async () => toActor(ctx, keyHash, await findKnownKey(ctx, keyHash))
  return { kind: 'unidentified', keyHash, identify }
}
