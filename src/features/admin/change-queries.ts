import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import { voidAllTokens } from '../accounts/fragments'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueJob } from '../jobs/fragments'
import { enqueueNotice } from '../notifications/fragments'
import { addUser, type ChangeValues, changedUser, changeUser, type Unchanged } from '../profiles/change-fragments'
import type { VersionedUserRow } from '../profiles/contract'
import { isTaken, userById } from '../profiles/fragments'
import { enqueueJoin } from '../profiles/proof-fragments'
import { endSessions } from '../sessions/fragments'
import { unseenCause } from './account-fragments'

/**
 * Adds an account, with a password if there is one, and queues the mail that lets its owner set one if they are invited.
 * `id` null: the address is taken, or the attributes are too large.
 */
export const insertAccount = statement<
  EventValues & {
    userId: string
    email: string
    isProved: boolean
    changes: string
    schemaVersion: number
    passwordHash: string | null
    isInvited: boolean
    jobId: string
    joinJobId: string
  },
  { id: string | null; isTooLarge: boolean }
>(
  'insertAccount',
  (value) => sql`
  with ${addUser(value)},
  authenticator as (
    insert into password (user_id, hash, created_at)
    select id, ${value.passwordHash}::text, ${value.now}::timestamptz from person where ${value.passwordHash}::text is not null
  ),
  event as (${recordEvent(value, {
    type: 'account.created',
    from: sql`person`,
    userId: sql`person.id`,
    data: { by: sql`'staff'` },
  })}),
  invitation as (${enqueueJob(unseenCause(value), {
    queue: 'send-reset-mail',
    id: value.jobId,
    from: sql`person where ${value.isInvited}::boolean`,
    payload: { email: sql`person.email` },
  })}),
  proved as (select id from person where ${value.isProved}::boolean),
  joins as (${enqueueJoin(value, 'proved')})
  select person.id, draft.is_too_large as "isTooLarge" from draft left join person on true`,
)

/** Applies changes to somebody's profile: see `changeUser`. @param fields what is recorded, separated by commas */
export const changeAccount = statement<
  EventValues & ChangeValues & { targetId: string; fields: string },
  VersionedUserRow | Unchanged
>(
  'changeAccount',
  (value) => sql`
  with ${changeUser(value, sql`(select ${value.targetId}::uuid as id)`)},
  event as (${recordEvent(value, {
    type: 'account.updated',
    from: sql`person`,
    userId: sql`person.id`,
    data: { fields: sql`to_jsonb(string_to_array(${value.fields}::text, ','))` },
  })})
  ${changedUser}`,
)

/**
 * Gives somebody another address (`email`, if that is not null), and says whether theirs is proved (`isProved`, likewise): a
 * new one is not unless it is said. With another address, or its first proof, sessions end and what was mailed is void; the
 * old address is told of a new one, and that is asked to prove itself. No row: the address is another's.
 */
export const moveAccount = statement<
  EventValues & {
    targetId: string
    email: string | null
    isProved: boolean | null
    movedEventId: string
    provedEventId: string
    endedEventId: string
    noticeJobId: string
    proofJobId: string
    joinJobId: string
  },
  { id: string }
>('moveAccount', (value) => {
  const now = sql`${value.now}::timestamptz`
  const isProved = sql`${value.isProved}::boolean`
  return sql`
  with before as (
    select known.*, coalesce(${value.email}::text, known.email) as new_email from (${userById(sql`${value.targetId}::uuid`)}) known
  ),
  person as (
    update "user" set email = before.new_email, updated_at = ${now},
      email_verified_at = case
        when ${isProved} then coalesce(case when before.new_email = before.email then before.email_verified_at end, ${now})
        when ${isProved} is null and before.new_email = before.email then before.email_verified_at end
    from before
    where "user".id = before.id and (before.new_email = before.email or not ${isTaken(sql`before.new_email`)})
    returning "user".id, "user".email, "user".email_verified_at, before.email as old_email,
      before.email_verified_at as old_proof
  ),
  moved as (select * from person where email <> old_email),
  proved as (select * from person where email = old_email and old_proof is null and email_verified_at is not null),
  other as (select id, 'email_changed' as because from moved union all select id, 'email_proved' from proved),
  voided as (${voidAllTokens(sql`other`)}),
  ended as (${endSessions(value, {
    owner: sql`(select other.id, other.because from other, (select count(*) from voided) first)`,
    keep: sql`null`,
    because: sql`owner.because`,
  })}),
  moved_event as (${recordEvent(value, {
    type: 'email.changed',
    id: value.movedEventId,
    from: sql`moved`,
    userId: sql`moved.id`,
    data: {},
  })}),
  proved_event as (${recordEvent(value, {
    type: 'account.email_verified',
    id: value.provedEventId,
    from: sql`proved`,
    userId: sql`proved.id`,
    data: {},
  })}),
  ended_event as (${recordEvent(value, {
    type: 'session.ended',
    id: value.endedEventId,
    from: sql`(
      select other.id, other.because, count(*) as count from ended, other group by other.id, other.because
    ) counted`,
    userId: sql`counted.id`,
    data: { reason: sql`counted.because`, count: sql`counted.count` },
  })}),
  notice as (${enqueueNotice(unseenCause(value), {
    notice: 'email-changed',
    id: value.noticeJobId,
    from: sql`moved`,
    userId: sql`moved.id`,
    recipient: sql`moved.old_email`,
    newEmail: sql`moved.email`,
  })}),
  proof as (${enqueueJob(unseenCause(value), {
    queue: 'send-verification-mail',
    id: value.proofJobId,
    from: sql`moved where moved.email_verified_at is null`,
    payload: { email: sql`moved.email` },
  })}),
  newly_proved as (select id from proved union all select id from moved where email_verified_at is not null),
  joins as (${enqueueJoin(value, 'newly_proved')})
  select id from person`
})
