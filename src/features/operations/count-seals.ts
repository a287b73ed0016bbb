import type { CoreContext } from '#core/context'
import { newestSealKeyId } from '#core/secrets'
import { sealStatements } from './seal-queries'

/** How many seals of a table one version of SECRET made. */
export interface SealCount {
  table: string
  /** The name of the version. */
  keyId: string
  count: number
  /** Whether it is the one that seals now. */
  isNewest: boolean
}

/** How many seals each version of SECRET made, in each table. */
export async function countSeals(ctx: CoreContext): Promise<SealCount[]> {
  const newest = await newestSealKeyId(ctx.config)
  const counted: SealCount[] = []
  for (const { sealedColumn, count } of sealStatements) {
    const rows = await count(ctx.db, {})
    counted.push(...rows.map((row) => ({ table: sealedColumn.table, ...row, isNewest: row.keyId === newest })))
  }
  return counted
}
