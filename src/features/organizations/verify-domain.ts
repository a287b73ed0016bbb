import type { Context } from '#core/context'
import { Problem, retryAfter } from '#core/problem'
import { dnsUnavailable, notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import { type OrganizationDomain, toDomain } from './domain-contract'
import { proveDomain, recordUnproved } from './domain-proof-queries'
import { findDomain } from './domain-queries'
import { domainRecord } from './domain-record'
import type { OfDomain } from './path-contract'
import { domainTaken, domainUnproved } from './problems'
import { requireMember } from './require-member'

/** How soon it is worth to try again. */
const unavailableSeconds = 5

/**
 * Asks DNS whether a claimed domain has its record, for who may write domains, and makes it the organization's; of those who do
 * so at once one gets it. People who have addresses of it join, if its role says so. Throws what `requireMember` throws,
 * `not-found`, `domain-unproved`, `domain-taken`, `dns-unavailable`.
 */
export async function verifyDomain(ctx: Context, { id, domainId }: OfDomain): Promise<OrganizationDomain> {
  await requireMember(ctx, id, 'domains:write')
  const [claim] = await withinTenant(ctx.db, id, (db) => findDomain(db, { organizationId: id, domainId }))
  if (!claim) throw notFound()
  const { name, value } = domainRecord(claim)
  const answer = await ctx.dns.txt(name)
  if (answer.outcome === 'unavailable') throw dnsUnavailable(retryAfter(unavailableSeconds))
  if (answer.outcome === 'absent' || !answer.texts.includes(value)) {
    await recordUnproved(ctx.db, { ...eventValues(ctx), organizationId: id, domain: claim.domain })
    throw domainUnproved()
  }
  const values = {
    ...eventValues(ctx),
    refusedEventId: ctx.ids.next(),
    jobId: ctx.ids.next(),
    organizationId: id,
    domainId,
    challenge: claim.challenge,
  }
  const [proved] = await proveDomain(ctx.db, values).catch((error: unknown) => {
    if (error instanceof Problem) throw error
    // Another organization proved it in the same moment, so nothing happened; now the statement sees it.
    return proveDomain(ctx.db, values)
  })
  if (!proved) throw notFound()
  if (proved.id === null) throw domainTaken()
  ctx.pokeJobs()
  return toDomain(proved)
}
