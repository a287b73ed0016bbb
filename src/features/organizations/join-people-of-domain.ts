import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome } from '../jobs/contract'
import { joinByAddress, listJoining } from './domain-join-queries'

const batch = 200
const firstId = '00000000-0000-0000-0000-000000000000'

/**
 * Makes those members of the organization who proved an address of its domain before it was proved, or before it let them
 * join. One that is neither by now lets nobody in.
 */
export async function joinPeopleOfDomain(ctx: JobContext, { domainId }: { domainId: string }): Promise<JobOutcome> {
  for (let after = firstId; ; ) {
    const page = await listJoining(ctx.db, { domainId, after, limit: batch })
    const people = JSON.stringify(page.map(({ id }) => ({ userId: id, eventId: ctx.ids.next() })))
    if (page.length > 0) await joinByAddress(ctx.db, { ...eventValues(ctx), people })
    const last = page.at(-1)
    if (!last || page.length < batch) return completed
    after = last.id
  }
}
