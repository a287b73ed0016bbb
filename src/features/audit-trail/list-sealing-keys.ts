import type { CoreContext } from '#core/context'
import { listVerificationKeys } from '../sessions/list-verification-keys'
import { SealingKey } from './contract'

/** The public keys that seal the record here, or did: what the database says of them. */
export async function listSealingKeys(ctx: CoreContext): Promise<SealingKey[]> {
  return (await listVerificationKeys(ctx)).map((jwk) => SealingKey.parse(jwk))
}
