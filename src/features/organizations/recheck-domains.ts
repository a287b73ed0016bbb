import type { JobContext } from '#core/context'
import { noteOutage } from '#core/outages'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome } from '../jobs/contract'
import { addSeconds } from '../sessions/new-session'
import { type DueDomain, keepCheck, listDueDomains } from './domain-proof-queries'
import { domainRecord } from './domain-record'

const day = 86_400
/** How often each domain is looked at. */
const recheckSeconds = day
/** How long a record may be missing: long enough to move a zone, or to come back from a holiday. */
const lapseSeconds = 7 * day

/** So many are asked for at once. */
const batch = 20
/** So many a run; the next one goes on where it ended, since what was looked at is not listed any more. */
const mostBatches = 25
const firstId = '00000000-0000-0000-0000-000000000000'

/** Looks at one domain. @returns whether DNS answered; while it does not, everything stays as it is */
const recheck = async (ctx: JobContext, due: DueDomain): Promise<boolean> => {
  const { name, value } = domainRecord(due)
  const answer = await ctx.dns.txt(name)
  if (answer.outcome === 'unavailable') return false
  const [kept] = await keepCheck(ctx.db, {
    ...eventValues(ctx),
    domainId: due.id,
    seenAt: due.checkedAt,
    isThere: answer.outcome === 'found' && answer.texts.includes(value),
    lapsesBefore: addSeconds(ctx.clock.now(), -lapseSeconds),
  })
  if (kept?.isLapsed) ctx.log({ level: 'warn', message: 'a domain lapsed', domain: due.domain })
  return true
}

/**
 * Looks once a day whether the proved domains still have their records. One without it for a week is its organization's no
 * more; DNS that does not answer changes nothing, and is asked again by the next run.
 */
export async function recheckDomains(ctx: JobContext): Promise<JobOutcome> {
  const before = addSeconds(ctx.clock.now(), -recheckSeconds)
  let after = { afterCheckedAt: new Date(0), afterId: firstId }
  for (let done = 0; done < mostBatches; done += 1) {
    const page = await listDueDomains(ctx.db, { before, ...after, limit: batch })
    const answered = await Promise.all(page.map((due) => recheck(ctx, due)))
    if (answered.includes(false)) noteOutage(ctx, 'dns', 'queued')
    // Those whose servers are silent are passed over, so that they keep nobody else from being looked at.
    const last = page.at(-1)
    if (!last || page.length < batch) break
    after = { afterCheckedAt: last.checkedAt, afterId: last.id }
  }
  return completed
}
