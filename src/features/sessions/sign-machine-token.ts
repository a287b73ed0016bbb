import type { Context } from '#core/context'
import { signClaims, toSeconds } from './access-token'
import { secondsOfLife } from './seconds-of-life'
import { getCurrentKey } from './signing-keys'

/** A program that gets a token for itself. */
export interface Machine {
  keyId: string
  serviceAccountId: string
  organizationId: string | null
  permissions: string[]
  limitPerMinute: number | null
}

/**
 * Signs the access token of a program (RFC 9068). What it may do for an organization stands under `org`, so that nobody
 * takes it for something that it may do for all.
 */
export const signMachineToken = async (
  ctx: Context,
  { keyId, serviceAccountId, organizationId, permissions, limitPerMinute }: Machine,
): Promise<{ accessToken: string; expiresIn: number }> => {
  const jti = ctx.ids.next()
  const expiresIn = secondsOfLife(ctx.config, jti)
  const iat = toSeconds(ctx.clock.now())
  const accessToken = await signClaims(ctx, await getCurrentKey(ctx), {
    sub: serviceAccountId,
    client_id: serviceAccountId,
    jti,
    iat,
    exp: iat + expiresIn,
    scope: permissions.join(' '),
    permissions: organizationId === null ? permissions : [],
    org: organizationId === null ? null : { id: organizationId, permissions },
    key_id: keyId,
    ...(limitPerMinute !== null && { limit: limitPerMinute }),
  })
  return { accessToken, expiresIn }
}
