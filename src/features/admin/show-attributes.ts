import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import type { JsonValue } from '#core/profile-schema'
import { EmailAddress } from '../profiles/email-address-contract'
import { readAttributes } from '../profiles/read-attributes'
import { findAttributesByEmail } from './attribute-queries'

/**
 * Every attribute of an account, the operator's own among them. For the operator. Throws `not-found`.
 * @returns what the declaration accepts in today's form, and beside it what is stored, with its version
 */
export async function showAttributes(
  ctx: CoreContext,
  address: string,
): Promise<{ attributes: Record<string, JsonValue>; stored: Record<string, unknown>; storedVersion: number }> {
  const [row] = await findAttributesByEmail(ctx.db, { email: EmailAddress.safeParse(address).data ?? '' })
  if (!row) throw notFound()
  return {
    attributes: readAttributes(ctx, row, ['public', 'private', 'admin']),
    stored: row.attributes,
    storedVersion: row.attributesVersion,
  }
}
