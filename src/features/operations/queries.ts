import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'

/**
 * The newest migration that was applied, in milliseconds since 1970 as text, and the name of the newest that a build has to
 * know to run on it. Fails when none ever was applied. A schema from before there was such a demand has no such column.
 */
export const findAppliedVersion = statement<Record<never, never>, { version: string | null; least?: string | null }>(
  'findAppliedVersion',
  () => sql`
    select max(created_at)::text as version, max(to_jsonb(applied) ->> 'least_build') as least
    from drizzle.__drizzle_migrations applied`,
)
