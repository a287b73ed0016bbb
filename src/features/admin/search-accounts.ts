import type { CoreContext } from '#core/context'
import { type AccountRow, countAccounts, listAccounts } from './operator-queries'

/** The newest accounts with a text in their address or name; without one, the newest of all. For the operator. */
export const searchAccounts = (ctx: CoreContext, text: string, limit: number): Promise<AccountRow[]> =>
  listAccounts(ctx.db, { now: ctx.clock.now(), pattern: `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`, limit })

/** Whether there is any account. For the operator. */
export const hasAccounts = async (ctx: CoreContext): Promise<boolean> =>
  ((await countAccounts(ctx.db, {}))[0]?.count ?? 0) > 0
