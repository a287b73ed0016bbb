import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { hasPasskey } from '../authenticators/fragments'
import { hasIdentity, identityOf, noticeOfIdentity, revokeTokens, unlink } from '../federation/fragments'

/**
 * Unlinks an identity of the caller, unless it is the last way in of an account without a password. No row: there is no
 * such identity. `removed` 0: it must stay.
 */
export const unlinkOwnIdentity = statement<
  EventValues & {
    userId: string
    sessionId: string
    id: string
    noticeJobId: string
    revocationId: string
    revocationJobId: string
  },
  { removed: string }
>('unlinkOwnIdentity', (value) => {
  const userId = sql`${value.userId}::uuid`
  return sql`
  with found as (${identityOf(value.id, userId)}),
  removed as (${unlink(sql`(
    select found.id from found
    where exists (select 1 from password where password.user_id = ${userId})
      or ${hasPasskey(userId)} or ${hasIdentity(userId, sql`found.id`)}
  )`)}),
  ${revokeTokens(value, sql`removed`)},
  event as (${recordEvent(value, {
    type: 'identity.unlinked',
    from: sql`removed`,
    userId: sql`removed.user_id`,
    sessionId: value.sessionId,
    data: { provider: sql`removed.provider` },
  })}),
  notice as (${noticeOfIdentity(value, { notice: 'identity-unlinked', id: value.noticeJobId, from: sql`removed` })})
  select (select count(*) from removed) as removed from found`
})
