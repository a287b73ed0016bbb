import { mediaTypes } from '#core/bulk-operations'
import type { Context } from '#core/context'
import { unsupportedMediaType } from '#core/problems'
import { requireStaffPerson } from '../admin/require-staff-person'
import type { ImportQuery } from './contract'
import type { OperationAnswer } from './operation-contract'
import { receiveImport } from './receive-import'
import type { Bytes } from './split-records'

/**
 * Takes a file with accounts, for whoever may import; a job makes them. Nothing of the file is read before it is known that
 * they may. Throws what `requireStaffPerson` and `receiveImport` throw, and `unsupported-media-type`.
 */
export async function importUsers(
  ctx: Context,
  query: ImportQuery,
  { contentType, pieces }: { contentType: string | undefined; pieces: AsyncIterable<Bytes> },
): Promise<OperationAnswer> {
  const { userId } = await requireStaffPerson(ctx, 'users:import')
  const expected = mediaTypes[query.format]
  if (contentType !== expected) throw unsupportedMediaType({ detail: `Send ${expected}.` })
  const answer = await receiveImport(ctx, query, userId, pieces)
  ctx.pokeJobs()
  return answer
}
