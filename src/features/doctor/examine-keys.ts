import type { CoreContext } from '#core/context'
import { openSealed } from '#core/secrets'
import type { KeyFacts } from './contract'
import { listNewestKeys } from './queries'

/** A key that signs this soon is long published: see key-schedule.ts. */
const soonMs = 300_000

const opens = async (ctx: CoreContext, keyId: string, sealed: string): Promise<boolean> => {
  try {
    await openSealed(ctx, 'signing-key-seal', keyId, sealed)
    return true
  } catch {
    return false
  }
}

/** Which keys everybody must know who checks our tokens, and whether our SECRET is the one that they are sealed with. */
export async function examineKeys(ctx: CoreContext): Promise<KeyFacts> {
  const keys = await listNewestKeys(ctx.db, {})
  const now = ctx.clock.now().getTime()
  const current = keys.find(({ signsFrom }) => signsFrom.getTime() <= now)
  const next = keys.filter(({ signsFrom }) => signsFrom.getTime() > now && signsFrom.getTime() <= now + soonMs)
  const [newest] = keys
  return {
    due: [...(current ? [current] : []), ...next].map(({ keyId }) => keyId),
    isOpened: newest === undefined || (await opens(ctx, newest.keyId, newest.sealedPrivateJwk)),
  }
}
