import type { Context } from '#core/context'
import type { Database } from '#db/database'
import { type EventValues, eventValues } from '../audit/event-values'
import { newSigningKey } from '../sessions/new-signing-key'
import {
  countRevocable,
  distrustDevicesOfAll,
  endSessionsOfAll,
  type RevokedBatch,
  type RevokedKeys,
  revokeApiKeysOfAll,
  revokeSigningKeys,
} from './revocation-queries'

const batch = 500
const tries = 5

/** What an emergency ended. */
export interface Revoked extends RevokedKeys {
  /** The key that signs now. */
  keyId: string
  sessions: number
  devices: number
  /** Null where they were left alone. */
  apiKeys: number | null
}

const revokeKeys = async (ctx: Context, reason: string): Promise<RevokedKeys & { keyId: string }> => {
  for (let left = tries; left > 0; left -= 1) {
    const key = await newSigningKey(ctx)
    const values = { ...eventValues(ctx), ...key, reason, createdEventId: ctx.ids.next() }
    const [revoked] = await revokeSigningKeys(ctx.db, values)
    if (revoked) return { ...revoked, keyId: key.keyId }
  }
  throw new Error('Others make signing keys at the same time. Try again.')
}

type BatchStatement = (
  db: Database,
  values: EventValues & { before: Date; after: string | null; limit: number },
) => Promise<RevokedBatch[]>

/**
 * Ends everything that a leaked signing key or SECRET could have let in: all signing keys at once, with everything that is
 * halfway in, then every session and trusted device, a few at a time. Whoever is stopped meanwhile begins again: the keys
 * are revoked once more, and what is ended stays so. Instances see it within `KEY_REVOCATION_SECONDS`.
 * @param reason why, for the record
 * @param hasApiKeys whether API keys are revoked too
 * @param show is told how many sessions, devices and API keys are done, of how many
 */
export async function revokeEverything(
  ctx: Context,
  { reason, hasApiKeys }: { reason: string; hasApiKeys: boolean },
  show: (done: number, total: number) => void = () => {},
): Promise<Revoked> {
  const keys = await revokeKeys(ctx, reason)
  ctx.log({ level: 'warn', message: 'signing keys were revoked', keyId: keys.keyId, count: keys.count })
  const before = ctx.clock.now()
  const [there] = await countRevocable(ctx.db, { now: before })
  const total = (there?.sessions ?? 0) + (there?.devices ?? 0) + (hasApiKeys ? (there?.apiKeys ?? 0) : 0)
  let done = 0
  const revokeAll = async (next: BatchStatement): Promise<number> => {
    let count = 0
    for (let after: string | null = null; ; ) {
      const [revoked]: RevokedBatch[] = await next(ctx.db, { ...eventValues(ctx), before, after, limit: batch })
      if (!revoked || revoked.last === null) return count
      count += revoked.count
      done += revoked.count
      after = revoked.last
      show(done, Math.max(done, total))
    }
  }
  return {
    ...keys,
    sessions: await revokeAll(endSessionsOfAll),
    devices: await revokeAll(distrustDevicesOfAll),
    apiKeys: hasApiKeys ? await revokeAll(revokeApiKeysOfAll) : null,
  }
}
