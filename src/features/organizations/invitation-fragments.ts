import { type SQL, sql } from 'drizzle-orm'

/** Whether an invitation, of a relation with the table's columns, can be accepted still. */
export const isOpenInvitation = (relation: string, now: SQL): SQL => sql`(
  ${sql.raw(`${relation}.accepted_at is null and ${relation}.revoked_at is null and ${relation}.expires_at`)}
    > ${now}::timestamptz)`

/** Voids the open invitations to an organization that the people in `sender (user_id)` sent. */
export const voidInvitationsOf = (value: { organizationId: SQL; now: SQL }, sender: SQL): SQL => sql`
  update invitation set revoked_at = ${value.now}::timestamptz, token_hash = null from ${sender} sender
  where invitation.organization_id = ${value.organizationId}::uuid and invitation.invited_by = sender.user_id
    and ${isOpenInvitation('invitation', value.now)}`
