import type { Context } from '#core/context'
import { sealKeyIds } from '#core/secrets'
import { countSeals } from './count-seals'
import { countDependents, type Dependents, listNotedVersions } from './version-queries'

/** How late an instance may have noted which version is its newest: it does so once an hour. */
const notedWithinMs = 3_600_000

/** A version of SECRET, by the name that its seals have for it, and what would be lost without it. */
export interface SecretVersion {
  keyId: string
  /** `missing`: there are seals of it, and it is not configured here. */
  state: 'newest' | 'older' | 'missing'
  firstNewestAt: Date | null
  lastNewestAt: Date | null
  /** How many values it sealed, by table. */
  seals: Record<string, number>
  /** What it signed and is not over; null for the newest, which stays. */
  dependents: Dependents | null
  /** From when on it may be taken out; null while seals of it remain, and for the newest. */
  removableAfter: Date | null
}

const latest = (...instants: (Date | null)[]): Date =>
  new Date(Math.max(...instants.map((instant) => instant?.getTime() ?? 0)))

/**
 * Every version of SECRET that is configured or has sealed something, the newest first: what depends on each, and whether an
 * older one may go. What was made of a version when, only instances know, and note it now and then (`secret_version`); an
 * older one of which nothing is noted counts as used until the newest was seen first.
 */
export async function describeSecretVersions(ctx: Context): Promise<SecretVersion[]> {
  const now = ctx.clock.now()
  const configured = await sealKeyIds(ctx.config)
  const counted = await countSeals(ctx)
  const noted = new Map((await listNotedVersions(ctx.db, {})).map((row) => [row.keyId, row]))
  const missing = [...new Set(counted.map(({ keyId }) => keyId))].filter((keyId) => !configured.includes(keyId))
  const newestSince = noted.get(configured[0] ?? '')?.firstNewestAt ?? now

  const describe = async (keyId: string): Promise<SecretVersion> => {
    const own = counted.filter((row) => row.keyId === keyId)
    const { firstNewestAt = null, lastNewestAt = null } = noted.get(keyId) ?? {}
    const facts = {
      ...{ keyId, firstNewestAt, lastNewestAt },
      seals: Object.fromEntries(own.map(({ table, count }) => [table, count])),
    }
    if (!configured.includes(keyId)) return { ...facts, state: 'missing', dependents: null, removableAfter: null }
    if (keyId === configured[0]) return { ...facts, state: 'newest', dependents: null, removableAfter: null }
    const until = new Date(Math.min((lastNewestAt ?? newestSince).getTime() + notedWithinMs, now.getTime()))
    const [dependents] = await countDependents(ctx.db, { until, now })
    if (!dependents) throw new Error('Counting gave no row.')
    const isSealing = own.length > 0
    const removableAfter = isSealing ? null : latest(now, dependents.lastSessionEndsAt, dependents.lastErasureIsDueAt)
    return { ...facts, state: 'older', dependents, removableAfter }
  }
  return Promise.all([...configured, ...missing].map(describe))
}
