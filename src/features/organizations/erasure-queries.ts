import { sql } from 'drizzle-orm'
import { isOpen } from '#db/live-session'
import { statement } from '#db/statement'

/** Who is to own one of the organizations of a person, if it has other members; it is held. */
export const findHeir = statement<{ userId: string }, { organizationId: string; userId: string }>(
  'findHeir',
  (value) => sql`
  with owned as (
    select organization.id from organization_member own join organization on organization.id = own.organization_id
    where own.user_id = ${value.userId}::uuid and own.role = 'owner' and exists (
      select 1 from organization_member other
      where other.organization_id = own.organization_id and other.user_id <> own.user_id
    )
    limit 1
    for no key update of organization
  )
  select member.organization_id as "organizationId", member.user_id as "userId"
  from owned join organization_member member on member.organization_id = owned.id
  join "user" person on person.id = member.user_id
  where member.user_id <> ${value.userId}::uuid
  order by ${isOpen('person')} desc, (member.role = 'admin') desc, member.joined_at, member.user_id
  limit 1`,
)

/** Makes an owner an ordinary member. */
export const resignOwner = statement<{ organizationId: string; userId: string }, { userId: string }>(
  'resignOwner',
  (value) => sql`
  update organization_member set role = 'member'
  where organization_id = ${value.organizationId}::uuid and user_id = ${value.userId}::uuid and role = 'owner'
  returning user_id as "userId"`,
)
