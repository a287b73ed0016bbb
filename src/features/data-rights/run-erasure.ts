import * as z from 'zod'
import type { CoreContext } from '#core/context'
import { hastenErasure } from './erasure-queries'

/** Ends the grace period of an erasure, for the operator: whoever works jobs begins it within a minute. @returns whether it had one */
export async function runErasure(ctx: CoreContext, erasureId: string): Promise<boolean> {
  if (!z.uuid().safeParse(erasureId).success) return false
  return (await hastenErasure(ctx.db, { erasureId, now: ctx.clock.now() })).length > 0
}
