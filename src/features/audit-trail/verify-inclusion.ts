import type { InclusionProof } from './contract'
import { rootByPath } from './merkle-tree'
import { recordLeaf } from './record-leaf'
import type { Trust } from './record-verifier'
import { readSealStatement } from './seal-statement'

/** Why a proof proves nothing. */
export type InclusionFault = 'unreadable' | 'wrong signature' | 'untrusted key' | 'another issuer' | 'another record'

/**
 * Whether a record is part of what a trusted key sealed, from its proof alone (RFC 6962, section 2.1.1).
 * @returns why not; null if it is
 */
export async function verifyInclusion(
  { record, seal, index, path }: InclusionProof,
  { issuer, keys }: Trust,
): Promise<InclusionFault | null> {
  const reading = await readSealStatement(seal.statement)
  if (reading.state === 'unreadable') return 'unreadable'
  const { claims, thumbprint, isAuthentic } = reading
  if (!isAuthentic) return 'wrong signature'
  if (!keys.has(thumbprint)) return 'untrusted key'
  if (issuer !== null && claims.iss !== issuer) return 'another issuer'
  const nodes = path.map((node) => Uint8Array.fromHex(node))
  const root = rootByPath(recordLeaf(record), { index, count: claims.count, path: nodes })
  const isOfSeal = claims.retention === record.retention && claims.number === seal.number
  return isOfSeal && root?.toHex() === claims.root ? null : 'another record'
}
