import * as z from 'zod'
import type { CoreContext } from '#core/context'
import { toFieldErrors } from '#core/field-errors'
import { invalidFields } from '#core/problems'
import { line } from '#core/text'
import { emailTaken } from '../accounts/problems'
import { eventValues } from '../audit/event-values'
import { Locale } from '../profiles/contract'
import { EmailAddress } from '../profiles/email-address-contract'
import { createAccount as createAccountRow, proveAccount } from './operator-queries'

const NewAccount = z.strictObject({
  email: EmailAddress,
  name: line(100).optional(),
  locale: Locale.optional(),
  role: line(64).optional(),
})

/** What the operator says of somebody. */
export interface AccountFacts extends z.input<typeof NewAccount> {
  isProved?: boolean
  passwordHash?: string
  /** Whether its owner gets a mail to set a password by. */
  isMailed: boolean
}

/** Makes an account. For the operator. Throws `invalid-request`, `email-taken`. */
export async function createAccount(
  ctx: CoreContext,
  { isProved = false, passwordHash, isMailed, ...facts }: AccountFacts,
): Promise<{ id: string; email: string }> {
  const parsed = NewAccount.safeParse(facts)
  if (!parsed.success) throw invalidFields(toFieldErrors(parsed.error.issues))
  const { email, name, locale, role } = parsed.data
  return ctx.db.transaction(async (db) => {
    const event = eventValues(ctx)
    const [row] = await createAccountRow(db, {
      ...event,
      userId: ctx.ids.next(),
      email,
      name: name ?? null,
      locale: locale ?? null,
      passwordHash: passwordHash ?? null,
      role: role ?? null,
      roleEventId: ctx.ids.next(),
      jobId: isMailed ? ctx.ids.next() : null,
    })
    if (!row) throw emailTaken()
    if (isProved) await proveAccount(db, { userId: row.id, now: event.now })
    return { id: row.id, email }
  })
}
