import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'

/** Roles that operators made and those of `names` (a JSON list), which the code has, with how many hold each now. */
export const listRolesWithHolders = statement<
  { now: Date; names: string },
  { name: string; description: string; permissions: string[]; holders: number }
>(
  'listRolesWithHolders',
  (value) => sql`
  select known.name, coalesce(role.description, '') as description, coalesce(role.permissions, '[]') as permissions, (
      select count(*)::integer from role_assignment held
      where held.role = known.name and (held.expires_at is null or held.expires_at > ${value.now}::timestamptz)
    ) as holders
  from (select name from role union select jsonb_array_elements_text(${value.names}::text::jsonb)) known (name)
    left join role on role.name = known.name
  order by known.name`,
)

/** Makes a role. No row: there is one of the name. */
export const insertOwnRole = statement<
  EventValues & { name: string; description: string; permissions: string },
  { name: string }
>(
  'insertOwnRole',
  (value) => sql`
  with made as (
    insert into role (name, description, permissions, created_at, updated_at)
    values (${value.name}::text, ${value.description}::text, ${value.permissions}::text::jsonb, ${value.now}::timestamptz,
      ${value.now}::timestamptz)
    on conflict do nothing
    returning name
  ),
  event as (${recordEvent(value, {
    type: 'role.created',
    from: sql`made`,
    userId: sql`null::uuid`,
    data: { name: sql`made.name` },
  })})
  select name from made`,
)
