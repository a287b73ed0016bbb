import * as z from 'zod'
import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import { EmailAddress } from '../profiles/email-address-contract'
import { type AccountRow, findAccount as findAccountRow } from './operator-queries'

/** An account by its address or its id. For the operator. Throws `not-found`. */
export async function findAccount(ctx: CoreContext, addressOrId: string): Promise<AccountRow> {
  const email = EmailAddress.safeParse(addressOrId).data ?? ''
  const userId = z.uuid().safeParse(addressOrId).data ?? null
  const [row] = await findAccountRow(ctx.db, { email, userId, now: ctx.clock.now() })
  if (!row) throw notFound()
  return row
}
