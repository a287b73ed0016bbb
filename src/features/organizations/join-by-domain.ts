import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome } from '../jobs/contract'
import { joinByAddress } from './domain-join-queries'

/** Makes somebody who proved an address a member of the organization whose domain it is of, if that lets them join. */
export async function joinByDomain(ctx: JobContext, { userId }: { userId: string }): Promise<JobOutcome> {
  const people = JSON.stringify([{ userId, eventId: ctx.ids.next() }])
  await joinByAddress(ctx.db, { ...eventValues(ctx), people })
  return completed
}
