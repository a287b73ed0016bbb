import type { Context } from '#core/context'
import { requireStaff } from '../admin/require-staff'
import { eventValues } from '../audit/event-values'
import { filterValues } from './filter-values'
import { firstIdOf } from './first-id-of'
import { type AuditPage, type AuditQuery, toRecordView } from './search-contract'
import { recordReading, searchBy } from './search-queries'

/** With more types than these, all records are looked at rather than those of each. */
const mostTypes = 8
/** An id is made a moment before the time of its record is taken. */
const slackMs = 1000
const highestId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

type Values = ReturnType<typeof filterValues>

/** The index that leaves least to look at. */
const wayFor = ({ requestId, userId, actorId, types }: Values) => {
  if (requestId !== null) return searchBy.request
  if (userId !== null) return searchBy.user
  if (actorId !== null && uuid.test(actorId)) return searchBy.actor
  return types !== null && types.split(',').length <= mostTypes ? searchBy.types : searchBy.age
}

/** The names of what somebody asked by. */
const namesOf = ({ limit: _, cursor: __, ...filter }: AuditQuery): string[] =>
  Object.entries(filter).flatMap(([name, asked]) => (asked === undefined ? [] : [name]))

/**
 * Records, newest first, for holders of `audit:read`; that somebody looks is recorded, once for all pages. At most
 * 10,000 records are looked at, so a page may hold less than was asked for and not be the last one. Throws what
 * `requireStaff` throws.
 */
export async function searchRecord(ctx: Context, query: AuditQuery): Promise<AuditPage> {
  await requireStaff(ctx, 'audit:read')
  const { limit } = query
  const cursor = query.cursor?.toLowerCase()
  if (cursor === undefined) {
    await recordReading(ctx.db, { ...eventValues(ctx), filters: JSON.stringify(namesOf(query)) })
  }
  const filter = filterValues(query)
  const endId = filter.until ? firstIdOf(filter.until.getTime() + slackMs) : highestId
  const lowestId = firstIdOf(filter.since ? filter.since.getTime() - slackMs : 0)
  const asked = { ...filter, beforeId: cursor !== undefined && cursor < endId ? cursor : endId }
  let page: AuditPage = { items: [], nextCursor: null }
  for (const { search, findEdge } of wayFor(filter)) {
    const rows = await search(ctx.db, { ...asked, limit: limit + 1 })
    const items = rows.slice(0, limit).map(toRecordView)
    const last = items.at(-1)?.id ?? null
    if (rows.length > limit) return { items, nextCursor: last }
    const [edge] = await findEdge(ctx.db, asked)
    if (!edge || edge.id < lowestId) return { items, nextCursor: null }
    // What was written since moves the edge up.
    page = { items, nextCursor: last !== null && last < edge.id ? last : edge.id }
  }
  return page
}
