import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'

/** Records which seals of a retention are gone. */
export const recordLostSeals = statement<EventValues & { retention: string; kept: number; lost: number }, never>(
  'recordLostSeals',
  (value) =>
    recordEvent(value, {
      type: 'audit.seals_lost',
      from: sql`(select ${value.retention}::text as retention, ${value.kept}::integer as kept, ${value.lost}::integer as lost) gone`,
      userId: sql`null::uuid`,
      data: { retention: sql`retention`, kept: sql`kept`, lost: sql`lost` },
    }),
)
