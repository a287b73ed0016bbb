import * as z from 'zod'
import { retentions } from './seal-names'

/** For how long records are kept. */
export const Retention = z.enum(retentions)
export type Retention = z.output<typeof Retention>

const digest = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * What a record says, for good: all that its seal covers. Not its personal part, which is covered by a salted digest, so
 * that it can be destroyed.
 */
export const AuditRecord = z.strictObject({
  /** Its place in the record. Those of builds that had no seals have none. */
  position: z.int().nullable(),
  id: z.uuid(),
  occurredAt: z.iso.datetime(),
  type: z.string(),
  retention: Retention,
  outcome: z.enum(['done', 'refused', 'failed']),
  actorKind: z.string(),
  actorId: z.string().nullable(),
  credential: z.string().nullable(),
  userId: z.string().nullable(),
  sessionId: z.string().nullable(),
  requestId: z.string(),
  traceId: z.string().nullable(),
  personalDigest: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
})
export type AuditRecord = z.output<typeof AuditRecord>

/** What can be destroyed of a record, and the salt of its digest. */
export const PersonalPart = z.strictObject({
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  place: z.string().nullable(),
  salt: z.string().nullable(),
})
export type PersonalPart = z.output<typeof PersonalPart>

/** A public key as a seal carries it (RFC 7517). */
export const SealingKey = z.object({
  kty: z.enum(['EC', 'OKP']),
  crv: z.enum(['P-256', 'Ed25519']),
  x: z.string(),
  y: z.string().optional(),
})
export type SealingKey = z.output<typeof SealingKey>

/** What a seal says: the payload of its JWS. Digests are hex. */
export const SealClaims = z.object({
  iss: z.string(),
  retention: Retention,
  /** From 1 in each retention, without a gap. */
  number: z.int().min(1),
  /** When the month began to which the ids of its records belong: with it they go, one day. */
  month: z.string(),
  firstPosition: z.int(),
  lastPosition: z.int(),
  count: z.int().min(1),
  firstAt: z.string(),
  lastAt: z.string(),
  root: digest,
  leavesDigest: digest,
  /** SHA-256 of the statement before it. */
  previous: digest.nullable(),
  sealedAt: z.string(),
  /** The key that signs. Whether it is to be trusted is another question: see its thumbprint (RFC 7638). */
  jwk: SealingKey,
})
export type SealClaims = z.output<typeof SealClaims>

/** A seal as it is stored: the JWS, and the leaf of each of its records, hex. */
export const StoredSeal = z.strictObject({
  retention: Retention,
  number: z.int(),
  statement: z.string(),
  leaves: z.string(),
})
export type StoredSeal = z.output<typeof StoredSeal>

/** The newest seal, kept elsewhere, so that it is missed when it is gone. */
export const Checkpoint = z.strictObject({ retention: Retention, number: z.int(), statement: z.string() })
export type Checkpoint = z.output<typeof Checkpoint>

/** The first line of an export: `{"header": …}`. */
export const ExportHeader = z.object({
  version: z.literal(1),
  issuer: z.string(),
  retentions: z.array(Retention),
  /** Thumbprints (RFC 7638) of the keys that seal the record, as whoever wrote the export says. */
  keys: z.array(z.string()),
  exportedAt: z.string(),
})
export type ExportHeader = z.output<typeof ExportHeader>

/** Every other line of an export. */
export const ExportLine = z.union([
  z.strictObject({ record: AuditRecord, personal: PersonalPart.optional() }),
  z.strictObject({ seal: StoredSeal }),
])

/** That a record is part of what was sealed. `path` is hex, from below (RFC 6962, section 2.1.1). */
export const InclusionProof = z.strictObject({
  record: AuditRecord,
  seal: z.strictObject({ retention: Retention, number: z.int(), statement: z.string() }),
  index: z.int().min(0),
  path: z.array(digest),
})
export type InclusionProof = z.output<typeof InclusionProof>

/** What is wrong with the record, and where. */
export interface Fault {
  what:
    | 'altered'
    | 'missing'
    | 'inserted'
    | 'out of order'
    | 'personal part altered'
    | 'chain broken'
    | 'wrong signature'
    | 'untrusted key'
    | 'seal altered'
    | 'seals missing'
    | 'unreadable'
  retention: Retention | null
  /** Of the seal that it is or ought to be part of. */
  seal: number | null
  /** Of a record that is missing: that of the last one before it. */
  position: number | null
  id: string | null
  detail: string
}

/** What a verification found. */
export interface TrailVerification {
  /** Records that are as they were sealed. */
  sealed: number
  /** Records that no seal covers yet. */
  unsealed: number
  /** Records of builds that had no seals. */
  before: number
  /** Records whose time was over, as the record itself says. */
  expired: number
  /** Of all, those whose personal part is destroyed, and those that never had a digest of one. */
  destroyed: number
  bare: number
  seals: Record<Retention, number>
  /** Thumbprints of the keys that signed. */
  keys: string[]
  /** The first ones, in the order of the record. */
  faults: Fault[]
}
