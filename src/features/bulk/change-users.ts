import type { Context } from '#core/context'
import { invalidFields } from '#core/problems'
import { requireStaffPerson } from '../admin/require-staff-person'
import { checkAttributes } from '../profiles/check-attributes'
import type { BulkRequest } from './contract'
import type { OperationAnswer } from './operation-contract'
import { requestWork } from './request-work'

/**
 * Asks for a change or the deletion of many accounts, for whoever may do that to one; a job does it, to those who may do
 * nothing that who asked may not. A deletion wants a fresh proof. Throws what `requireStaffPerson` throws, and `invalid-request`.
 */
export async function changeUsers(
  ctx: Context,
  { action, ids, filter, changes }: BulkRequest,
): Promise<OperationAnswer> {
  const isDeletion = action === 'delete'
  const { userId } = await requireStaffPerson(ctx, isDeletion ? 'users:delete' : 'users:update', {
    isFresh: isDeletion,
  })
  const checked =
    changes?.attributes && checkAttributes(ctx.profileSchema, changes.attributes, ['public', 'private', 'admin'])
  if (checked && checked.errors.length > 0) {
    throw invalidFields(checked.errors.map((error) => ({ ...error, pointer: `/changes${error.pointer}` })))
  }
  const answer = await requestWork(
    ctx,
    action,
    {
      ...(ids && { ids: [...new Set(ids.map((id) => id.toLowerCase()))].toSorted() }),
      ...(filter && { filter }),
      ...(changes && { changes: { ...changes, ...(checked && { attributes: checked.values }) } }),
    },
    userId,
  )
  ctx.pokeJobs()
  return answer
}
