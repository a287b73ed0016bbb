import { sql } from 'drizzle-orm'
import { isOpen } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { userByEmail } from '../profiles/fragments'

/** Issues a token that sets the password of whoever has an address; the one before is void. No row: nobody who may log in has. */
export const insertResetToken = statement<
  EventValues & { tokenId: string; email: string; tokenHash: string; expiresAt: Date },
  { id: string }
>(
  'insertResetToken',
  (value) => sql`
  with issued as (
    insert into email_token (id, user_id, purpose, email, token_hash, created_at, expires_at)
    select ${value.tokenId}::uuid, person.id, 'reset-password', person.email, ${value.tokenHash}::text,
      ${value.now}::timestamptz, ${value.expiresAt}::timestamptz
    from (${userByEmail(value.email)}) person where ${isOpen('person')}
    on conflict (user_id, purpose) do update set
      id = excluded.id, email = excluded.email, token_hash = excluded.token_hash, code_hash = null, session_id = null,
      created_at = excluded.created_at, expires_at = excluded.expires_at, consumed_at = null
    returning id, user_id
  ),
  event as (${recordEvent(value, {
    type: 'email_token.issued',
    from: sql`issued`,
    userId: sql`issued.user_id`,
    data: { purpose: sql`'reset-password'` },
  })})
  select id from issued`,
)
