import { type SQL, sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { OwnInvitationRow } from './invitation-contract'
import { isOpenInvitation } from './invitation-fragments'

type Caller = { userId: string; sessionId: string }
type OfInvitation = { organizationId: string; invitationId: string }

/** The open invitations to the caller's address, if it is proved, newest first. No row: their session is over. */
export const listInvitationsTo = statement<
  Caller & { now: Date; before: string | null; limit: number },
  OwnInvitationRow | { id: null }
>(
  'listInvitationsTo',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select listed.id, listed.organization_id as "organizationId", listed.slug, listed.name as "organizationName",
    listed.role, listed.created_at as "createdAt", listed.expires_at as "expiresAt"
  from caller left join lateral (
    select invitation.*, organization.slug, organization.name
    from "user" person
    join invitation on invitation.email = person.email
    join organization on organization.id = invitation.organization_id
    where person.id = caller.user_id and person.email_verified_at is not null
      and ${isOpenInvitation('invitation', value.now)}
      and invitation.id < coalesce(${value.before}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by invitation.id desc
    limit ${value.limit}::integer
  ) listed on true
  order by listed.id desc`,
)

/** An open invitation, and what the caller is to it. */
export interface FoundInvitation {
  id: string
  organizationId: string
  isToCaller: boolean
  isProved: boolean
}

/**
 * The open invitation with an id or with the token of its mail, of whatever organization. No row: the caller's session is
 * over. A row of nulls: there is none.
 */
export const findOpenInvitation = statement<
  Caller & { now: Date; invitationId: string | null; tokenHash: string | null },
  FoundInvitation | { id: null }
>(
  'findOpenInvitation',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select found.id, found.organization_id as "organizationId", found.email = person.email as "isToCaller",
    person.email_verified_at is not null as "isProved"
  from caller join "user" person on person.id = caller.user_id
  left join lateral (
    select * from invitation
    where (invitation.id = ${value.invitationId}::uuid or invitation.token_hash = ${value.tokenHash}::text)
      and ${isOpenInvitation('invitation', value.now)}
  ) found on true`,
)

/** Records that an invitation was not the caller's to accept. It stays open. */
export const recordInvitationRefusal = statement<
  EventValues & OfInvitation & { userId: string; sessionId: string; reason: 'address' | 'unproved' },
  never
>('recordInvitationRefusal', (value) =>
  recordEvent(value, {
    type: 'invitation.refused',
    from: sql`(select 1) once`,
    userId: sql`${value.userId}::uuid`,
    sessionId: value.sessionId,
    data: {
      organizationId: sql`${value.organizationId}::uuid`,
      invitationId: sql`${value.invitationId}::uuid`,
      reason: sql`${value.reason}::text`,
    },
  }),
)

/** Who may accept an invitation: whose proved address it was sent to, held until the statement ends. */
const invitee = (value: { userId: SQL; sessionId: SQL; now: SQL }): SQL => sql`
  select person.id, person.email from "user" person
  where person.id = (select caller.user_id from (${liveCaller(value)}) caller)
    and person.email_verified_at is not null
  for key share`

/**
 * Uses up an invitation to the caller's proved address, once, and makes them a member; who is one already stays what they
 * are. No row: it is not open any more, or their address is another by now.
 */
export const acceptOpenInvitation = statement<
  EventValues & Caller & OfInvitation & { tokenHash: string | null },
  { id: string }
>(
  'acceptOpenInvitation',
  (value) => sql`
  with invitee as (${invitee(value)}),
  accepted as (
    update invitation set accepted_at = ${value.now}::timestamptz, accepted_by = invitee.id, token_hash = null
    from invitee
    where invitation.id = ${value.invitationId}::uuid and invitation.organization_id = ${value.organizationId}::uuid
      and invitation.email = invitee.email and ${isOpenInvitation('invitation', value.now)}
      and (${value.tokenHash}::text is null or invitation.token_hash = ${value.tokenHash}::text)
    returning invitation.*
  ),
  joined as (
    insert into organization_member (organization_id, user_id, role, joined_by, joined_at)
    select organization_id, accepted_by, role, 'invitation', ${value.now}::timestamptz from accepted
    on conflict (organization_id, user_id) do nothing
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'member.joined',
    from: sql`joined`,
    userId: sql`joined.user_id`,
    sessionId: value.sessionId,
    data: { organizationId: sql`joined.organization_id`, by: sql`joined.joined_by`, role: sql`joined.role` },
  })})
  select id from accepted`,
)

/** Deletes up to `limit` invitations, of whatever organization, that were over before; rows that others work on are left to them. */
export const deleteInvitationsBefore = statement<{ before: Date; limit: number }, { id: string }>(
  'deleteInvitationsBefore',
  (value) => sql`
  delete from invitation where id = any(array(
    select id from invitation where expires_at < ${value.before}::timestamptz
    order by expires_at limit ${value.limit}::integer for update skip locked
  ))
  returning id`,
)
