import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { TeamRow } from './team-contract'

type Tenant = { organizationId: string }

const columns = sql`team.id, team.name, team.created_at as "createdAt"`

/** Adds a team. One row always: without a team, the name is taken or, if `isFull`, there are too many. */
export const insertTeam = statement<
  EventValues & Tenant & { teamId: string; name: string; most: number },
  (TeamRow & { isFull: boolean }) | { id: null; isFull: boolean }
>(
  'insertTeam',
  (value) => sql`
  with known as (
    select count(*) >= ${value.most}::integer as is_full from team where organization_id = ${value.organizationId}::uuid
  ),
  team as (
    insert into team (id, organization_id, name, created_at)
    select ${value.teamId}::uuid, ${value.organizationId}::uuid, ${value.name}::text, ${value.now}::timestamptz
    from known where not known.is_full
    on conflict on constraint team_name do nothing
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'team.created',
    from: sql`team`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`team.organization_id`, teamId: sql`team.id` },
  })})
  select ${columns}, known.is_full as "isFull" from known left join team on true`,
)

/** Teams of an organization, oldest first. */
export const listTeamRows = statement<Tenant & { limit: number; after: string | null }, TeamRow>(
  'listTeamRows',
  (value) => sql`
  select ${columns} from team
  where team.organization_id = ${value.organizationId}::uuid
    and (${value.after}::uuid is null or team.id > ${value.after}::uuid)
  order by team.id limit ${value.limit}::integer`,
)

/** Gives a team another name. No row: there is no such team. `id` null: another one has the name. */
export const renameTeamRow = statement<EventValues & Tenant & { teamId: string; name: string }, TeamRow | { id: null }>(
  'renameTeamRow',
  (value) => sql`
  with known as (
    select id from team where id = ${value.teamId}::uuid and organization_id = ${value.organizationId}::uuid
  ),
  renamed as (
    update team set name = ${value.name}::text from known
    where team.id = known.id and team.organization_id = ${value.organizationId}::uuid and not exists (
      select 1 from team other
      where other.organization_id = ${value.organizationId}::uuid and other.name = ${value.name}::text
        and other.id <> known.id
    )
    returning team.*
  ),
  event as (${recordEvent(value, {
    type: 'team.updated',
    from: sql`renamed`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`renamed.organization_id`, teamId: sql`renamed.id` },
  })})
  select ${columns} from known left join renamed team on true`,
)

/** Deletes a team, once. */
export const deleteTeamRow = statement<EventValues & Tenant & { teamId: string }, { id: string }>(
  'deleteTeamRow',
  (value) => sql`
  with deleted as (
    delete from team where id = ${value.teamId}::uuid and organization_id = ${value.organizationId}::uuid returning *
  ),
  event as (${recordEvent(value, {
    type: 'team.deleted',
    from: sql`deleted`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`deleted.organization_id`, teamId: sql`deleted.id` },
  })})
  select id from deleted`,
)
