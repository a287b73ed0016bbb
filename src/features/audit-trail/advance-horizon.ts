import type { CoreContext } from '#core/context'
import { findHorizon, type HorizonRow, noteHorizon } from './horizon-queries'

const readHorizon = async (ctx: CoreContext): Promise<HorizonRow> => {
  const [horizon] = await findHorizon(ctx.db, {})
  if (!horizon) throw new Error('The audit record has no horizon.')
  return horizon
}

/** Twice: what is noted now has passed at once, where nobody writes meanwhile. */
const tries = 2

/**
 * How far the record is complete: up to which position no open transaction can write any more. A transaction that stays open
 * holds it where it is, however long; nobody waits for it here.
 */
export async function advanceHorizon(ctx: CoreContext): Promise<number> {
  for (let left = tries; left > 0; left -= 1) {
    const { position, nextPosition, transaction, hasPassed, isForeign, lastPosition } = await readHorizon(ctx)
    const complete = hasPassed && !isForeign ? nextPosition : position
    if (complete === lastPosition || !(hasPassed || isForeign)) return complete
    await noteHorizon(ctx.db, { before: transaction, position: complete, nextPosition: lastPosition })
  }
  const { position, nextPosition, hasPassed, isForeign } = await readHorizon(ctx)
  return hasPassed && !isForeign ? nextPosition : position
}
