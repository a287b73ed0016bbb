import type { JobContext } from '#core/context'
import { noteOutage } from '#core/outages'
import { completed, type JobOutcome } from '../jobs/contract'
import { addSeconds } from '../sessions/new-session'
import { refreshTokens } from './refresh-tokens'
import { type KeptTokens, listEndingTokens } from './token-queries'

/** More than the time to the next run. */
const aheadSeconds = 600
const batch = 100
const firstId = '00000000-0000-0000-0000-000000000000'

/**
 * Refreshes the tokens of providers that are about to end. A provider that is away is asked once a run, and again by the
 * next; the tokens of one that is configured no more are left alone.
 */
export async function refreshProviderTokens(ctx: JobContext): Promise<JobOutcome> {
  const before = addSeconds(ctx.clock.now(), aheadSeconds)
  const answering = new Set(Object.keys(ctx.config.OAUTH))
  const refresh = async (kept: KeptTokens): Promise<void> => {
    try {
      await refreshTokens(ctx, kept)
    } catch {
      answering.delete(kept.provider)
      noteOutage(ctx, 'provider', 'queued')
      ctx.log({ level: 'warn', message: 'tokens of a provider could not be refreshed', provider: kept.provider })
    }
  }
  for (let after = firstId; ; ) {
    const page = await listEndingTokens(ctx.db, {
      before,
      providers: JSON.stringify([...answering]),
      after,
      limit: batch,
    })
    for (const kept of page) if (answering.has(kept.provider)) await refresh(kept)
    const last = page.at(-1)
    if (!last || page.length < batch) return completed
    after = last.id
  }
}
