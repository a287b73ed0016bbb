import type { AuditRecord, Checkpoint, Fault, Retention, StoredSeal, TrailVerification } from './contract'
import { type Mismatch, matchLeaves, type SeenRecord } from './match-leaves'
import { digestOf, rootOf, splitLeaves } from './merkle-tree'
import { recordLeaf } from './record-leaf'
import { readSealStatement } from './seal-statement'

/** Whose seals count. */
export interface Trust {
  issuer: string | null
  /** Thumbprints (RFC 7638) of keys. */
  keys: ReadonlySet<string>
}

interface Chain {
  number: number
  previous: string | null
  lastPosition: number
  /** When the first record that was sealed happened; null before the first seal. */
  sealedSince: string | null
  /** Seen since the last seal. */
  records: SeenRecord[]
}

/** A fault; one of records that are missing is none if their time is over. */
type Suspicion = Fault & { expiry?: { month: string; count: number } }

/** Where a verification is: it is given records and seals one by one, in their order, each seal after its records. */
export interface Verifier {
  trust: Trust
  checkpoints: readonly Checkpoint[]
  chains: Record<Retention, Chain>
  keys: Set<string>
  suspicions: Suspicion[]
  /** Milliseconds since 1970. */
  expiredBefore: Record<Retention, number>
  counts: Record<'sealed' | 'before' | 'destroyed' | 'bare', number>
  /** The youngest record without a position. */
  youngestBefore: Pick<AuditRecord, 'id' | 'occurredAt' | 'retention'> | null
}

const mostSuspicions = 10_000
const mostFaults = 100

const newChain = (): Chain => ({ number: 0, previous: null, lastPosition: 0, sealedSince: null, records: [] })

/** Begins a verification. */
export const beginVerification = (trust: Trust, checkpoints: readonly Checkpoint[]): Verifier => ({
  trust,
  checkpoints,
  chains: { security: newChain(), activity: newChain() },
  keys: new Set(),
  suspicions: [],
  expiredBefore: { security: 0, activity: 0 },
  counts: { sealed: 0, before: 0, destroyed: 0, bare: 0 },
  youngestBefore: null,
})

/** Notes a fault. */
export const suspect = (verifier: Verifier, fault: Pick<Fault, 'what' | 'detail'> & Partial<Suspicion>): void => {
  if (verifier.suspicions.length >= mostSuspicions) return
  verifier.suspicions.push({ retention: null, seal: null, position: null, id: null, ...fault })
}

const expiryOf = ({ type, data }: AuditRecord) =>
  type === 'audit.expired' && { expires: { retention: String(data.retention), before: String(data.before) } }

/** Takes the next record. @param personal how its personal part stands, if it is there to be looked at */
export const takeRecord = (
  verifier: Verifier,
  record: AuditRecord,
  personal: 'whole' | 'broken' | 'bare' | 'destroyed' | null,
): void => {
  const { id, position, retention } = record
  const { counts, chains } = verifier
  if (personal === 'destroyed' || personal === 'bare') counts[personal] += 1
  if (personal === 'broken') {
    const detail = 'Its personal part is not the one it was recorded with.'
    suspect(verifier, { what: 'personal part altered', retention, position, id, detail })
  }
  if (position === null) {
    counts.before += 1
    const youngest = verifier.youngestBefore
    if (!youngest || record.occurredAt > youngest.occurredAt) verifier.youngestBefore = record
    return
  }
  const chain = chains[retention]
  const last = chain.records.at(-1)?.position ?? 0
  if (position <= chain.lastPosition || position < last) {
    const isLate = position <= chain.lastPosition
    const detail = isLate ? 'It came after the seal over its position.' : `It came after position ${last}.`
    suspect(verifier, { what: position < 1 ? 'inserted' : 'out of order', retention, position, id, detail })
    if (isLate) return
  }
  chain.records.push({ id, position, leaf: recordLeaf(record), ...expiryOf(record) })
}

const describe = ({ what, count, index, record }: Mismatch): string => {
  if (what === 'altered') return `It is not what was sealed as number ${index + 1} of its seal.`
  if (what === 'inserted') return 'It was not there when its seal was made.'
  if (what === 'out of order') return `It was sealed as number ${index + 1} of its seal.`
  const after = record ? `after ${record.id}` : 'at the beginning of the seal'
  return `${count} of its records, from number ${index + 1} on, ${after}.`
}

/** Compares a statement with the seals before it, and says whether what it covers can be relied upon. */
const checkStatement = async (verifier: Verifier, { retention, number, statement, leaves }: StoredSeal) => {
  const chain = verifier.chains[retention]
  const found: Pick<Fault, 'what' | 'detail'>[] = []
  const find = (what: Fault['what'], detail: string) => void found.push({ what, detail })
  const reading = await readSealStatement(statement)
  if (number !== chain.number + 1) find('seals missing', `Seal ${number} follows seal ${chain.number}.`)
  if (reading.state === 'unreadable') {
    find('unreadable', 'The statement of the seal can’t be read.')
    return { found, claims: undefined, tree: [] }
  }
  const { claims, thumbprint, isAuthentic } = reading
  const { issuer, keys } = verifier.trust
  verifier.keys.add(thumbprint)
  if (!isAuthentic) find('wrong signature', 'Its signature is not one of the key that it names.')
  if (!keys.has(thumbprint)) find('untrusted key', `It is signed by the key ${thumbprint}.`)
  if (issuer !== null && claims.iss !== issuer) find('seal altered', `It is one of ${claims.iss}.`)
  if (claims.retention !== retention || claims.number !== number) find('seal altered', 'It is another seal’s.')
  if (claims.previous !== chain.previous) find('chain broken', 'It follows another seal than the one before it.')
  if (claims.firstPosition <= chain.lastPosition) find('chain broken', 'It covers what another seal does.')
  const tree = splitLeaves(leaves)
  const isTree = tree.length === claims.count && digestOf(leaves) === claims.leavesDigest
  if (!isTree || rootOf(tree).toHex() !== claims.root) find('seal altered', 'Its leaves are not those it signs.')
  return { found, claims, tree }
}

/** Takes the next seal of a retention, after the records that it covers. */
export const takeSeal = async (verifier: Verifier, seal: StoredSeal): Promise<void> => {
  const { retention, number, statement } = seal
  const chain = verifier.chains[retention]
  const { found, claims, tree } = await checkStatement(verifier, seal)
  const named = verifier.checkpoints.find((known) => known.retention === retention && known.number === number)
  if (named && named.statement !== statement) {
    found.push({ what: 'seal altered', detail: 'The checkpoint has another one of this number.' })
  }
  for (const fault of found) suspect(verifier, { ...fault, retention, seal: number })
  const lastPosition = claims?.lastPosition ?? chain.lastPosition
  const end = chain.records.findIndex(({ position }) => position > lastPosition)
  const covered = chain.records.splice(0, end === -1 ? chain.records.length : end)
  if (claims) {
    const mismatches = matchLeaves(covered, tree)
    for (const mismatch of mismatches) {
      const { id = null, position = null } = mismatch.record ?? {}
      const fault = { what: mismatch.what, retention, seal: number, id, position, detail: describe(mismatch) }
      const expiry = mismatch.what === 'missing' && { expiry: { month: claims.month, count: mismatch.count } }
      suspect(verifier, { ...fault, ...expiry })
    }
    const strange = mismatches.filter(({ what }) => what !== 'missing').length
    verifier.counts.sealed += covered.length - strange
    if (found.length + strange === 0) noteExpiry(verifier, covered)
  }
  const sealedSince = chain.sealedSince ?? claims?.firstAt ?? null
  verifier.chains[retention] = { ...chain, number, previous: digestOf(statement), lastPosition, sealedSince }
}

const noteExpiry = ({ expiredBefore }: Verifier, records: SeenRecord[]): void => {
  for (const { expires } of records) {
    if (expires?.retention !== 'security' && expires?.retention !== 'activity') continue
    const before = Date.parse(expires.before) || 0
    expiredBefore[expires.retention] = Math.max(expiredBefore[expires.retention], before)
  }
}

/** What was found. */
export const endVerification = (verifier: Verifier): TrailVerification => {
  const { chains, checkpoints, suspicions, expiredBefore, counts, youngestBefore } = verifier
  for (const { retention, number } of checkpoints) {
    const last = chains[retention].number
    if (number <= last) continue
    const detail = `There are ${last} seals, and the checkpoint is number ${number}.`
    suspect(verifier, { what: 'seals missing', retention, seal: last + 1, detail })
  }
  if (youngestBefore) {
    const { id, retention, occurredAt } = youngestBefore
    const { sealedSince } = chains[retention]
    const detail = 'It has no position, and is younger than the first seal.'
    if (sealedSince !== null && occurredAt > sealedSince) suspect(verifier, { what: 'inserted', retention, id, detail })
  }
  const isExpired = ({ retention, expiry }: Suspicion) =>
    retention !== null && expiry !== undefined && Date.parse(expiry.month) < expiredBefore[retention]
  const faults = suspicions.filter((suspicion) => !isExpired(suspicion)).slice(0, mostFaults)
  return {
    ...counts,
    unsealed: chains.security.records.length + chains.activity.records.length,
    expired: suspicions.filter(isExpired).reduce((sum, { expiry }) => sum + (expiry?.count ?? 0), 0),
    seals: { security: chains.security.number, activity: chains.activity.number },
    keys: [...verifier.keys],
    faults: faults.map(({ expiry: _, ...fault }) => fault),
  }
}
