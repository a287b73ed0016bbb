import type { Context } from '#core/context'
import { requireStaffPerson } from '../admin/require-staff-person'
import type { OperationAnswer } from '../bulk/operation-contract'
import { requestWork } from '../bulk/request-work'
import type { AuditExportRequest } from './export-contract'
import { findFirstMoment } from './export-queries'

const toMoment = (instant: string | undefined, otherwise: number): number =>
  instant === undefined ? otherwise : new Date(instant).getTime()

/** Asks for a file with records, for holders of `audit:export`; a job writes it. Throws what `requireStaffPerson` throws. */
export async function exportRecord(ctx: Context, request: AuditExportRequest): Promise<OperationAnswer> {
  const { userId } = await requireStaffPerson(ctx, 'audit:export')
  const now = ctx.clock.now().getTime()
  const [first] = await findFirstMoment(ctx.db, {})
  const begins = Math.max(toMoment(request.filter.from, 0), first?.occurredAt.getTime() ?? now)
  const ends = Math.min(toMoment(request.filter.to, now), now)
  const answer = await requestWork(ctx, 'audit', { records: { ...request, begins, ends } }, userId)
  ctx.pokeJobs()
  return answer
}
