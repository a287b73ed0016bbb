import type { CoreContext } from '#core/context'
import { newestSealPrefix, openSealed, seal } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { countSeals } from './count-seals'
import { type SealRow, sealStatements } from './seal-queries'

const batch = 200
/** Statements that are under way beside each other. */
const atOnce = 5

/** What became of the seals that an older version of SECRET had made. */
export interface RenewedSeals {
  renewed: number
  /** Those whose version is configured no more, or that were altered: nobody can open them. */
  lost: number
}

/** How many seals there are of versions other than the newest: it reads every row, so it is for who watches. */
const countOlder = async (ctx: CoreContext): Promise<number> =>
  (await countSeals(ctx)).filter(({ isNewest }) => !isNewest).reduce((sum, { count }) => sum + count, 0)

/**
 * Seals anew, under the newest version of SECRET, everything that an older one sealed, so that it may go. Each is replaced by
 * one conditional statement, which leaves alone what was changed meanwhile; one that can't be opened is told to the
 * operator and passed over. Whoever is stopped halfway can begin again: what is done is done.
 * @param show is told how many seals were passed, of how many
 */
export async function renewSeals(
  ctx: CoreContext,
  show?: (done: number, total: number) => void,
): Promise<RenewedSeals> {
  const prefix = await newestSealPrefix(ctx)
  const total = show ? await countOlder(ctx) : 0
  const found = { renewed: 0, lost: 0 }
  for (const { sealedColumn, list, replace } of sealStatements) {
    const { table, purpose } = sealedColumn
    let lost = 0
    const renew = async ({ key, sealed, bound }: SealRow): Promise<void> => {
      const text = await openSealed(ctx, purpose, bound, sealed).catch(() => undefined)
      if (text === undefined) {
        lost += 1
        return
      }
      const newSeal = await seal(ctx, purpose, bound, text)
      const [row] = await replace(ctx.db, { ...eventValues(ctx), key, oldSeal: sealed, newSeal })
      found.renewed += row?.count ?? 0
    }
    for (let after: string | null = null; ; ) {
      const rows: SealRow[] = await list(ctx.db, { prefix, after, limit: batch })
      for (let at = 0; at < rows.length; at += atOnce) await Promise.all(rows.slice(at, at + atOnce).map(renew))
      show?.(found.renewed + found.lost + lost, total)
      after = rows.at(-1)?.key ?? null
      if (rows.length < batch) break
    }
    if (lost > 0) ctx.log({ level: 'error', message: 'what is sealed can’t be opened', table, count: lost })
    found.lost += lost
  }
  return found
}
