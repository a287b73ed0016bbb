import * as z from 'zod'
import type { CoreContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { cancelErasureById } from './erasure-queries'

/** Takes the deletion of an account back, for the operator. @returns whether it could still be */
export async function cancelErasureAsOperator(ctx: CoreContext, erasureId: string): Promise<boolean> {
  if (!z.uuid().safeParse(erasureId).success) return false
  const values = { ...eventValues(ctx), erasureId, endedEventId: ctx.ids.next(), by: 'operator' as const }
  return (await cancelErasureById(ctx.db, values)).length > 0
}
