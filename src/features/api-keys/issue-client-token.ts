import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { isWithin } from '#core/permissions'
import { eventValues } from '../audit/event-values'
import { signMachineToken } from '../sessions/sign-machine-token'
import { findKnownKey } from './find-known-key'
import { readKeyHash } from './key-token'
import type { KnownKey } from './known-keys'
import type { ClientToken } from './machine-contract'
import { invalidClient, invalidScope } from './problems'
import { recordIssuedToken, recordRefusedToken } from './queries'
import { useKey } from './use-key'

/** What a program sends for a token (RFC 6749, section 4.4.2). */
export interface ClientCredentials {
  clientId: string
  clientSecret: string
  /** What it wants to do, separated by spaces; all that it may if it says nothing. */
  scope: string | null
}

/** The key that is the secret of a client, if it is one of its own and accepted here and now. */
const authenticateClient = async (ctx: Context, clientId: string, keyHash: string): Promise<KnownKey | undefined> => {
  const key = await findKnownKey(ctx, keyHash)
  if (key?.owner.kind !== 'service-account' || key.owner.id !== clientId) return undefined
  return useKey(ctx, key, ctx.request.ipAddress) === 'used' ? key : undefined
}

/**
 * Gives a program a token for itself: its secret is one of the keys of its service account. It lasts as long as all access
 * tokens, there is none to refresh it with, and privileged routes ask for the key again. Anybody may try. Throws
 * `invalid-client`, `invalid-scope`, `rate-limited`.
 */
export async function issueClientToken(
  ctx: Context,
  { clientId, clientSecret, scope }: ClientCredentials,
): Promise<ClientToken> {
  await admit(ctx, ['machineSignIn', ctx.request.network])
  const keyHash = await readKeyHash(ctx, clientSecret)
  if (keyHash === undefined) throw invalidClient()
  const refuse = (reason: string) => recordRefusedToken(ctx.db, { ...eventValues(ctx), reason })
  const key = await authenticateClient(ctx, clientId, keyHash)
  if (!key) {
    await refuse('client')
    throw invalidClient()
  }
  const wanted = scope === null ? key.permissions : [...new Set(scope.split(' ').filter((name) => name !== ''))]
  if (!isWithin(wanted, key.permissions)) {
    await refuse('scope')
    throw invalidScope()
  }
  const { id: keyId, organizationId, limitPerMinute } = key
  const { accessToken, expiresIn } = await signMachineToken(ctx, {
    ...{ keyId, serviceAccountId: clientId, organizationId, limitPerMinute },
    permissions: wanted,
  })
  await recordIssuedToken(ctx.db, { ...eventValues(ctx), serviceAccountId: clientId })
  return { access_token: accessToken, token_type: 'Bearer', expires_in: expiresIn, scope: wanted.join(' ') }
}
