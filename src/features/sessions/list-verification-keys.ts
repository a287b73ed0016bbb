import type { CoreContext } from '#core/context'
import { listSigningKeys } from './signing-key-queries'

/** The public keys of all that ever signed or will, oldest first: what was signed for good is verified by them. */
export async function listVerificationKeys(ctx: CoreContext): Promise<Record<string, string>[]> {
  return (await listSigningKeys(ctx.db, {})).map(({ publicJwk }) => publicJwk)
}
