import type { Context } from '#core/context'
import { requireStaff } from '../admin/require-staff'
import { explainToOperator } from './explain-to-operator'
import type { Explanation } from './explanation-contract'

/**
 * Which check refused a request of the last day. Throws `unauthenticated`, `session-revoked`, `not-found`,
 * `insufficient-user-authentication`, `missing-permission`.
 */
export async function explainRequest(ctx: Context, requestId: string): Promise<Explanation> {
  await requireStaff(ctx, 'requests:explain')
  return explainToOperator(ctx, requestId)
}
