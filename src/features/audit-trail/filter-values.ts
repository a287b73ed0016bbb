import { toCanonicalAddress } from '#core/network'
import type { FilterValues } from './fragments'
import type { AuditFilter } from './search-contract'
import { typesMeantBy } from './types-meant-by'

/** A filter as statements take it. */
export const filterValues = (filter: AuditFilter): FilterValues => ({
  types: filter.type === undefined ? null : JSON.stringify([...new Set(filter.type.split(',').flatMap(typesMeantBy))]),
  actorId: filter.actorId ?? null,
  userId: filter.userId ?? null,
  outcome: filter.outcome ?? null,
  requestId: filter.requestId ?? null,
  traceId: filter.traceId ?? null,
  ipAddress: (filter.ipAddress && toCanonicalAddress(filter.ipAddress)) ?? null,
  since: filter.from === undefined ? null : new Date(filter.from),
  until: filter.to === undefined ? null : new Date(filter.to),
  organizationId: filter.organizationId ?? null,
  retention: filter.retention ?? null,
})
