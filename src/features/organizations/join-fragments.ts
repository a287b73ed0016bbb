import { type SQL, sql } from 'drizzle-orm'

/** Whether people of an address, once they have proved it, join an organization by themselves. */
export const letsJoin = (email: SQL): SQL => sql`exists (
  select 1 from organization_domain open
  where open.domain = split_part(${email}, '@', 2) and open.verified_at is not null and open.auto_join_role is not null)`
