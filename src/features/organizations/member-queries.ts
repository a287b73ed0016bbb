import { type SQL, sql } from 'drizzle-orm'
import { isOpen } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { userById } from '../profiles/fragments'
import { voidInvitationsOf } from './invitation-fragments'
import type { MemberRow } from './member-contract'

type Tenant = { organizationId: string }
type OfMember = Tenant & { userId: string }

/** The columns of a `MemberRow`, from a relation that has those of `organization_member`, and `person`. */
const columns = (relation: string): SQL => sql`
  person.id, person.name, person.email, ${sql.raw(
    ['role', 'joined_at as "joinedAt"', 'joined_by as "joinedBy"'].map((column) => `${relation}.${column}`).join(', '),
  )}`

/** Members, by their ids. Who closed their account is left out. */
export const listMemberRows = statement<Tenant & { after: string | null; limit: number }, MemberRow>(
  'listMemberRows',
  (value) => sql`
  select ${columns('member')}
  from organization_member member, lateral (${userById(sql`member.user_id`)}) person
  where member.organization_id = ${value.organizationId}::uuid and person.closed_at is null
    and (${value.after}::uuid is null or member.user_id > ${value.after}::uuid)
  order by member.user_id
  limit ${value.limit}::integer`,
)

/** What a member is in an organization, and what that allows if it is a role of its own. */
export interface Standing {
  role: string
  permissions: string[]
  /** Whether they could take it over: nobody banned them, and they did not close their account. */
  isOpen: boolean
}

export const findStanding = statement<OfMember, Standing>(
  'findStanding',
  (value) => sql`
  select member.role, coalesce(own.permissions, '[]'::jsonb) as permissions, ${isOpen('person')} as "isOpen"
  from organization_member member
  join lateral (${userById(sql`member.user_id`)}) person on true
  left join organization_role own on own.organization_id = member.organization_id and own.name = member.role
  where member.organization_id = ${value.organizationId}::uuid and member.user_id = ${value.userId}::uuid`,
)

/** Gives a member, who was `from`, another role. */
export const setMemberRole = statement<EventValues & OfMember & { from: string; role: string }, MemberRow>(
  'setMemberRole',
  (value) => sql`
  with changed as (
    update organization_member set role = ${value.role}::text
    where organization_id = ${value.organizationId}::uuid and user_id = ${value.userId}::uuid
      and role = ${value.from}::text
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'member.role_changed',
    from: sql`changed`,
    userId: sql`changed.user_id`,
    data: { organizationId: sql`changed.organization_id`, role: sql`changed.role` },
  })})
  select ${columns('changed')} from changed, lateral (${userById(sql`changed.user_id`)}) person`,
)

/** Makes a member the owner, where nobody is any more. */
export const makeOwner = statement<EventValues & OfMember & { formerOwnerId: string }, { userId: string }>(
  'makeOwner',
  (value) => sql`
  with owner as (
    update organization_member set role = 'owner'
    where organization_id = ${value.organizationId}::uuid and user_id = ${value.userId}::uuid
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'ownership.transferred',
    from: sql`owner`,
    userId: sql`owner.user_id`,
    data: { organizationId: sql`owner.organization_id`, from: sql`${value.formerOwnerId}::uuid` },
  })})
  select user_id as "userId" from owner`,
)

/** Ends a membership, but the owner's, and with it the open invitations that the member sent: nobody comes in by who is out. */
const endMembership = (type: 'member.removed' | 'member.left') =>
  statement<EventValues & OfMember, { userId: string }>(
    `endMembership:${type}`,
    (value) => sql`
  with gone as (
    delete from organization_member
    where organization_id = ${value.organizationId}::uuid and user_id = ${value.userId}::uuid and role <> 'owner'
    returning *
  ),
  voided as (${voidInvitationsOf(value, sql`gone`)}),
  event as (${recordEvent(value, {
    type,
    from: sql`gone`,
    userId: sql`gone.user_id`,
    data: { organizationId: sql`gone.organization_id` },
  })})
  select user_id as "userId" from gone`,
  )

export const deleteRemovedMember = endMembership('member.removed')
export const deleteLeavingMember = endMembership('member.left')

/** Records that somebody wanted to give a role, or to change what has it, that allows more than they may. */
export const recordRoleRefusal = statement<EventValues & Tenant & { userId: string | null; role: string }, never>(
  'recordRoleRefusal',
  (value) =>
    recordEvent(value, {
      type: 'member.role_refused',
      from: sql`(select 1) once`,
      userId: sql`${value.userId}::uuid`,
      data: { organizationId: sql`${value.organizationId}::uuid`, role: sql`${value.role}::text` },
    }),
)

/** Records that somebody wanted to give an organization away that is not theirs, or to nobody. */
export const recordTransferRefusal = statement<EventValues & Tenant & { userId: string | null }, never>(
  'recordTransferRefusal',
  (value) =>
    recordEvent(value, {
      type: 'ownership.transfer_refused',
      from: sql`(select 1) once`,
      userId: sql`${value.userId}::uuid`,
      data: { organizationId: sql`${value.organizationId}::uuid` },
    }),
)
