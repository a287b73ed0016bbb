import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'

/** Deletes up to `limit` challenges and as many apps that were begun before; rows that others work on are left to them. */
export const deleteUnfinishedBefore = statement<{ before: Date; limit: number }, { id: string }>(
  'deleteUnfinishedBefore',
  (value) => sql`
  with unsigned as (
    delete from passkey_challenge where challenge_hash = any(array(
      select challenge_hash from passkey_challenge where expires_at < ${value.before}::timestamptz
      order by expires_at limit ${value.limit}::integer for update skip locked
    ))
    returning challenge_hash as id
  ),
  unconfirmed as (
    delete from totp_authenticator where id = any(array(
      select id from totp_authenticator
      where created_at < ${value.before}::timestamptz and confirmed_at is null
      order by created_at limit ${value.limit}::integer for update skip locked
    ))
    returning id::text
  )
  select id from unsigned union all select id from unconfirmed`,
)
