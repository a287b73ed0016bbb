import type { CoreContext } from '#core/context'
import { newestSealKeyId } from '#core/secrets'
import { upsertSecretVersion } from './signing-key-queries'

/** Notes that the newest version of SECRET is the newest here and now: what older ones made is older than that. */
export async function noteSecretVersion(ctx: CoreContext): Promise<void> {
  await upsertSecretVersion(ctx.db, { keyId: await newestSealKeyId(ctx.config), now: ctx.clock.now() })
}
