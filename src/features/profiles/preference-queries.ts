import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'

type Caller = { userId: string; sessionId: string; now: Date }

/** What the caller chose; null where they never did. None when their session has ended. */
export const findOwnPreferences = statement<
  Caller,
  { document: Record<string, unknown> | null; version: string | null }
>(
  'findOwnPreferences',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select preference.document, preference.xmin::text as version
  from caller left join preference on preference.user_id = caller.user_id`,
)

/**
 * Replaces what the caller chose, if it is still of `version`; `0` is what was never written. `version` of the answer is
 * null if it is not. No row: their session has ended.
 */
export const replaceOwnPreferences = statement<
  Caller & { document: string; version: string },
  { version: string | null }
>(
  'replaceOwnPreferences',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  written as (
    insert into preference (user_id, document, updated_at)
    select caller.user_id, ${value.document}::text::jsonb, ${value.now}::timestamptz from caller
    on conflict (user_id) do update set document = excluded.document, updated_at = excluded.updated_at
      where preference.xmin::text = ${value.version}::text
    returning xmin::text as version
  )
  select written.version from caller left join written on true`,
)
