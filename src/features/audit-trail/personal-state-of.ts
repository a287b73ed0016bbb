import type { AuditRecord, PersonalPart } from './contract'
import { digestOf } from './merkle-tree'

const named = (value: string | null): string => JSON.stringify(value)

/**
 * How the personal part of a record stands beside the digest that its seal covers: the same as `stateOfPersonalPart` says of
 * a row. The digest is over the salt and a JSON array as Postgres writes it.
 */
export const personalStateOf = (
  { personalDigest }: Pick<AuditRecord, 'personalDigest'>,
  { ipAddress, userAgent, place, salt }: PersonalPart,
): 'whole' | 'broken' | 'bare' | 'destroyed' => {
  if (salt !== null) {
    const digest = digestOf(`${salt}[${[ipAddress, userAgent, place].map(named).join(', ')}]`)
    return digest === personalDigest ? 'whole' : 'broken'
  }
  if (personalDigest === null) return 'bare'
  return (ipAddress ?? userAgent ?? place) === null ? 'destroyed' : 'broken'
}
