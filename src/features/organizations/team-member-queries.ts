import { type SQL, sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { userById } from '../profiles/fragments'
import type { TeamMemberRow } from './team-contract'

type Team = { organizationId: string; teamId: string }

const heldTeam = (value: { organizationId: SQL; teamId: SQL }): SQL => sql`
  select team.id, team.organization_id from team
  where team.id = ${value.teamId}::uuid and team.organization_id = ${value.organizationId}::uuid for key share`

/** Who is in a team, by their ids. No row: there is no such team. One row of nulls: an empty page. */
export const listTeamMemberRows = statement<
  Team & { limit: number; after: string | null },
  TeamMemberRow | { id: null }
>(
  'listTeamMemberRows',
  (value) => sql`
  with team as (
    select id from team where id = ${value.teamId}::uuid and organization_id = ${value.organizationId}::uuid
  )
  select person.id, person.name, person.email, listed.joined_at as "joinedAt"
  from team left join lateral (
    select user_id, joined_at from team_member
    where team_id = team.id and organization_id = ${value.organizationId}::uuid
      and (${value.after}::uuid is null or user_id > ${value.after}::uuid)
    order by user_id limit ${value.limit}::integer
  ) listed on true left join lateral (${userById(sql`listed.user_id`)}) person on true
  order by person.id`,
)

/** Puts a member of the organization into a team, once. No row: there is no such team, or no such member. */
export const insertTeamMember = statement<EventValues & Team & { memberId: string }, { id: string }>(
  'insertTeamMember',
  (value) => sql`
  with team as (${heldTeam(value)}),
  member as (
    select user_id from organization_member
    where organization_id = ${value.organizationId}::uuid and user_id = ${value.memberId}::uuid for key share
  ),
  added as (
    insert into team_member (team_id, organization_id, user_id, joined_at)
    select team.id, team.organization_id, member.user_id, ${value.now}::timestamptz from team, member
    on conflict do nothing
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'team.joined',
    from: sql`added`,
    userId: sql`added.user_id`,
    data: { organizationId: sql`added.organization_id`, teamId: sql`added.team_id` },
  })})
  select member.user_id as id from team, member`,
)

/** Takes somebody out of a team, once. No row: there is no such team. */
export const deleteTeamMember = statement<EventValues & Team & { memberId: string }, { id: string }>(
  'deleteTeamMember',
  (value) => sql`
  with team as (${heldTeam(value)}),
  removed as (
    delete from team_member using team
    where team_member.team_id = team.id and team_member.organization_id = ${value.organizationId}::uuid
      and team_member.user_id = ${value.memberId}::uuid
    returning team_member.*
  ),
  event as (${recordEvent(value, {
    type: 'team.left',
    from: sql`removed`,
    userId: sql`removed.user_id`,
    data: { organizationId: sql`removed.organization_id`, teamId: sql`removed.team_id` },
  })})
  select id from team`,
)
