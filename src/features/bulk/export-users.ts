import type { Context } from '#core/context'
import { requireStaffPerson } from '../admin/require-staff-person'
import type { ExportRequest } from './contract'
import type { OperationAnswer } from './operation-contract'
import { requestWork } from './request-work'

/** Asks for a file with accounts, for whoever may export; a job writes it. Throws what `requireStaffPerson` throws. */
export async function exportUsers(ctx: Context, { format, filter, fields }: ExportRequest): Promise<OperationAnswer> {
  const { userId } = await requireStaffPerson(ctx, 'users:export')
  const answer = await requestWork(ctx, 'export', { format, filter, ...(fields && { fields }) }, userId)
  ctx.pokeJobs()
  return answer
}
