import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import type { InclusionProof } from './contract'
import { pathOf, splitLeaves } from './merkle-tree'
import { recordNotSealed } from './problems'
import { recordLeaf } from './record-leaf'
import { findRecord, findSealOver } from './seal-queries'
import { toAuditRecord } from './to-audit-record'

/**
 * Proves that a record is part of what was sealed, to whoever knows the key: see `verifyInclusion`. Throws `not-found`, and
 * `record-not-sealed` for one that is younger than the last seal or not as it was sealed.
 */
export async function proveRecord(ctx: CoreContext, id: string): Promise<InclusionProof> {
  const [row] = await findRecord(ctx.db, { id })
  if (!row) throw notFound()
  const record = toAuditRecord(row)
  const { retention, position } = record
  const [seal] = position === null ? [] : await findSealOver(ctx.db, { retention, position })
  if (!seal) throw recordNotSealed()
  const leaves = splitLeaves(seal.leaves)
  const leaf = recordLeaf(record).toHex()
  const index = leaves.findIndex((sealed) => sealed.toHex() === leaf)
  if (index === -1) throw recordNotSealed()
  const path = pathOf(leaves, index).map((node) => node.toHex())
  return { record, seal: { retention, number: seal.number, statement: seal.statement }, index, path }
}
