import { type SQL, sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueJob } from '../jobs/fragments'
import { queueMessage } from '../notifications/fragments'
import type { MessageValues } from '../notifications/seal-values'
import { userByEmail } from '../profiles/fragments'
import type { InvitationRow } from './invitation-contract'
import { isOpenInvitation } from './invitation-fragments'

type Tenant = { organizationId: string }
type OfInvitation = Tenant & { invitationId: string }

const columns = (relation: string): SQL =>
  sql.raw(
    ['id', 'email', 'role', 'invited_by as "invitedBy"', 'created_at as "createdAt"', 'expires_at as "expiresAt"']
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

/** Open invitations, newest first. */
export const listInvitationRows = statement<
  Tenant & { now: Date; before: string | null; limit: number },
  InvitationRow
>(
  'listInvitationRows',
  (value) => sql`
  select ${columns('invitation')} from invitation
  where organization_id = ${value.organizationId}::uuid and ${isOpenInvitation('invitation', value.now)}
    and id < coalesce(${value.before}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  order by id desc
  limit ${value.limit}::integer`,
)

/** The role that an open invitation gives, found by its id or its address, and what that allows if it is a role of its own. */
export const findInvitedRole = statement<
  Tenant & { now: Date; invitationId: string | null; email: string | null },
  { role: string; permissions: string[] }
>(
  'findInvitedRole',
  (value) => sql`
  select invitation.role, coalesce(own.permissions, '[]'::jsonb) as permissions
  from invitation
  left join organization_role own on own.organization_id = invitation.organization_id and own.name = invitation.role
  where invitation.organization_id = ${value.organizationId}::uuid and ${isOpenInvitation('invitation', value.now)}
    and (invitation.id = ${value.invitationId}::uuid or invitation.email = ${value.email}::text)`,
)

/** Invites an address, or renews its invitation: links that were mailed before are void, and a new one is. */
export const upsertInvitation = statement<
  EventValues &
    OfInvitation & { email: string; role: string; invitedBy: string | null; expiresAt: Date; jobId: string },
  InvitationRow
>(
  'upsertInvitation',
  (value) => sql`
  with invited as (
    insert into invitation (id, organization_id, email, role, invited_by, created_at, expires_at)
    values (${value.invitationId}::uuid, ${value.organizationId}::uuid, ${value.email}::text, ${value.role}::text,
      ${value.invitedBy}::uuid, ${value.now}::timestamptz, ${value.expiresAt}::timestamptz)
    on conflict (organization_id, email) where accepted_at is null and revoked_at is null
    do update set role = excluded.role, invited_by = excluded.invited_by, token_hash = null,
      created_at = excluded.created_at, expires_at = excluded.expires_at
    returning *
  ),
  mail as (${enqueueJob(value, {
    queue: 'send-invitation-mail',
    id: value.jobId,
    from: sql`invited`,
    payload: { organizationId: sql`invited.organization_id`, invitationId: sql`invited.id`, email: sql`invited.email` },
  })}),
  event as (${recordEvent(value, {
    type: 'invitation.created',
    from: sql`invited`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`invited.organization_id`, invitationId: sql`invited.id` },
  })})
  select ${columns('invited')} from invited`,
)

/** Takes an open invitation back, once; its link is void. */
export const revokeInvitationRow = statement<EventValues & OfInvitation, { id: string }>(
  'revokeInvitationRow',
  (value) => sql`
  with revoked as (
    update invitation set revoked_at = ${value.now}::timestamptz, token_hash = null
    where id = ${value.invitationId}::uuid and organization_id = ${value.organizationId}::uuid
      and ${isOpenInvitation('invitation', value.now)}
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'invitation.revoked',
    from: sql`revoked`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`revoked.organization_id`, invitationId: sql`revoked.id` },
  })})
  select id from revoked`,
)

/** What goes into the mail of an open invitation; `name` and `locale` are those of an account with its address, if there is one. */
export const findInvitationToMail = statement<
  OfInvitation & { now: Date },
  { email: string; organizationName: string; expiresAt: Date; name: string | null; locale: string | null }
>(
  'findInvitationToMail',
  (value) => sql`
  select invitation.email, organization.name as "organizationName", invitation.expires_at as "expiresAt",
    person.name, person.locale
  from invitation join organization on organization.id = invitation.organization_id
  left join lateral (${userByEmail(sql`invitation.email`)}) person on true
  where invitation.id = ${value.invitationId}::uuid and invitation.organization_id = ${value.organizationId}::uuid
    and ${isOpenInvitation('invitation', value.now)}`,
)

/**
 * Keeps the mail of a job and issues the token it brings, together. No row: the invitation is not open any more, or another
 * worker was faster with this job.
 */
export const issueInvitationToken = statement<
  MessageValues & OfInvitation & { now: Date; tokenHash: string },
  { id: string }
>(
  'issueInvitationToken',
  (value) => sql`
  with invited as (
    select id, email from invitation
    where id = ${value.invitationId}::uuid and organization_id = ${value.organizationId}::uuid
      and ${isOpenInvitation('invitation', value.now)}
    for update
  ),
  kept as (${queueMessage(value, {
    from: sql`invited`,
    userId: sql`(select person.id from (${userByEmail(sql`invited.email`)}) person)`,
    recipient: sql`invited.email`,
  })}),
  issued as (
    update invitation set token_hash = ${value.tokenHash}::text from invited
    where invitation.id = invited.id and invitation.organization_id = ${value.organizationId}::uuid
      and exists (select 1 from kept)
  )
  select id from kept`,
)
