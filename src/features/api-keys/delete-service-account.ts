import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import type { AccountDoor } from './contract'
import { deleteServiceAccountRow } from './service-account-queries'
import { withinOwner } from './within-owner'

/** Deletes a service account with its keys. Throws what the door throws, and `not-found`. */
export async function deleteServiceAccount(ctx: Context, door: AccountDoor, id: string): Promise<void> {
  const { organizationId } = await door(ctx, 'revoke')
  const values = { ...eventValues(ctx), organizationId, id }
  const [row] = await withinOwner(ctx, values, (db) => deleteServiceAccountRow(db, values))
  if (!row) throw notFound()
}
