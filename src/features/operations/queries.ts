import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'

/** The newest migration that was applied, in milliseconds since 1970 as text. Fails when none ever was. */
export const findAppliedVersion = statement<Record<never, never>, { version: string | null }>(
  'findAppliedVersion',
  () => sql`select max(created_at)::text as version from drizzle.__drizzle_migrations`,
)
