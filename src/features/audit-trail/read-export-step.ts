import type { JobContext } from '#core/context'
import type { Retention } from './contract'
import type { KeptRequest } from './export-contract'
import type { ExportCursor } from './export-cursor'
import {
  findEndOfEarly,
  findEndOfStretch,
  findPositionFrom,
  listEarly,
  listSealsWithin,
  listStretch,
} from './export-queries'
import type { filterValues } from './filter-values'
import { firstIdOf } from './first-id-of'
import type { WrittenStretch } from './write-exported-rows'

/** So many records are looked at for a part, whether or not they are meant. */
const rowsOfPart = 4000
/** Each has 256 KiB of leaves. */
const sealsOfPart = 8
/** Records get their ids, their times and their positions within so long. */
const slackMs = 60_000
/** No position is lower. */
const beforeAll = 0

/** What an export is of. */
export interface AskedRecords {
  request: KeptRequest
  filter: ReturnType<typeof filterValues>
  retentions: Retention[]
  /** Whether all of these retentions is meant, so that the seals belong to it. */
  isWhole: boolean
  /** Up to which position the record is complete. */
  horizon: number
}

interface Step extends WrittenStretch {
  /** Where the next one begins; null: there is none. */
  next: ExportCursor | null
}

/** From a moment on, in milliseconds, and in a retention: the position before the first record there. */
const positionBefore = async (ctx: JobContext, retention: Retention, moment: number): Promise<number | undefined> => {
  const [found] = await findPositionFrom(ctx.db, { retention, id: firstIdOf(moment) })
  return found && found.position - 1
}

const stepEarly = async (ctx: JobContext, { request, filter }: AskedRecords, afterId: string): Promise<Step> => {
  const [end] = await findEndOfEarly(ctx.db, { afterId, limit: rowsOfPart })
  const rows = await listEarly(ctx.db, { ...filter, afterId, upToId: end?.id ?? firstIdOf(request.ends + slackMs) })
  return { rows, seals: [], next: end ? { afterId: end.id } : { at: 0, after: beforeAll } }
}

const stepThrough = async (
  ctx: JobContext,
  asked: AskedRecords,
  { at, after }: { at: number; after: number },
): Promise<Step> => {
  const { request, filter, retentions, isWhole, horizon } = asked
  const retention = retentions[at]
  if (retention === undefined) return { rows: [], seals: [], next: null }
  const later = at + 1 < retentions.length ? { at: at + 1, after: beforeAll } : null
  const isNarrow = request.filter.from !== undefined && after === beforeAll
  const first = isNarrow ? await positionBefore(ctx, retention, request.begins - slackMs) : after
  if (first === undefined) return { rows: [], seals: [], next: later }
  const latest = isWhole ? undefined : await positionBefore(ctx, retention, request.ends + slackMs)
  const stretch = { retention, after: first, upTo: Math.min(horizon, latest ?? horizon) }
  const [end] = await findEndOfStretch(ctx.db, { retention, after: first, limit: rowsOfPart })
  const last = end && end.position < stretch.upTo ? end : undefined
  const found = { ...stretch, upTo: last?.position ?? stretch.upTo }
  const seals = isWhole ? await listSealsWithin(ctx.db, { ...found, limit: sealsOfPart }) : []
  const cut = seals.length === sealsOfPart ? seals.at(-1)?.lastPosition : last?.position
  const rows = await listStretch(ctx.db, { ...filter, ...found, upTo: cut ?? found.upTo })
  return {
    rows,
    seals: seals.map((seal) => ({ ...seal, retention })),
    next: cut === undefined ? later : { at, after: cut },
  }
}

/** The records, and seals, of the next part of an export. */
export const readExportStep = (ctx: JobContext, asked: AskedRecords, cursor: ExportCursor): Promise<Step> =>
  'afterId' in cursor ? stepEarly(ctx, asked, cursor.afterId) : stepThrough(ctx, asked, cursor)
