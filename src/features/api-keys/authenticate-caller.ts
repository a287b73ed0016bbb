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

const authenticateKey = async (ctx: Context, key: string): Promise<Actor | Unidentified> => {
  const keyHash = await readKeyHash(ctx, key)
  if (keyHash === undefined) return rejected(invalidApiKey, 'malformed')
  const known = recallKey(ctx, keyHash)
  if (known !== undefined) return toActor(ctx, keyHash, known)
  const identify = async () => toActor(ctx, keyHash, await findKnownKey(ctx, keyHash))
  return { kind: 'unidentified', keyHash, identify }
}

/**
 * Who an access token or an API key speaks for, or nobody with the reason why. A key that this process does not know is left
 * to be looked up; what is no key at all is refused before that.
 */
export function authenticateCaller(ctx: Context, token: string): Actor | Promise<Actor | Unidentified> {
  return isApiKey(token) ? authenticateKey(ctx, token) : authenticateAccessToken(ctx, token)
}
