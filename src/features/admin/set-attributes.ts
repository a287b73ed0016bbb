import type { CoreContext } from '#core/context'
import { invalidFields, notFound, preconditionFailed } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { checkAttributes } from '../profiles/check-attributes'
import { EmailAddress } from '../profiles/email-address-contract'
import { toCurrentAttributes } from '../profiles/to-current-attributes'
import { changeAttributesByEmail, findAttributesByEmail } from './attribute-queries'

/**
 * Sets attributes of an account, of any visibility; null removes one. For the operator.
 * Throws `not-found`, `invalid-request`, and `precondition-failed` if they would grow too large or the account is changed at
 * the same moment.
 */
export async function setAttributes(
  ctx: CoreContext,
  address: string,
  changes: Record<string, unknown>,
): Promise<void> {
  const { values, errors } = checkAttributes(ctx.profileSchema, changes, ['public', 'private', 'admin'])
  if (errors.length > 0) throw invalidFields(errors)
  const email = EmailAddress.safeParse(address).data ?? ''
  const [known] = await findAttributesByEmail(ctx.db, { email })
  if (!known) throw notFound()
  const [changed] = await changeAttributesByEmail(ctx.db, {
    ...eventValues(ctx),
    email,
    version: known.version,
    current: JSON.stringify(toCurrentAttributes(ctx.profileSchema, known)),
    schemaVersion: ctx.profileSchema.version,
    changes: JSON.stringify(values),
  })
  if (!changed) throw preconditionFailed()
}
