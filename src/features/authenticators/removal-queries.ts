import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import { mustHaveSecondFactor } from '../access/fragments'
import type { SecondFactorPolicy } from '../access/second-factor-policy'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { lockUser } from '../profiles/fragments'
import { removal } from './binding-fragments'
import { privilegedCaller } from './fragments'

type Caller = { userId: string; sessionId: string }
type Privileged = Caller & { freshAfter: Date; now: Date }

/**
 * Holds the caller's account until the transaction ends, so that of two removals the second sees what the first left. No row:
 * their session is over, or too old or too weak.
 */
export const holdPrivileged = statement<Privileged, { id: string }>(
  'holdPrivileged',
  (value) => sql`
  with caller as (${privilegedCaller(value)})
  ${lockUser(sql`(select user_id from caller)`)}`,
)

/** Removes an app of the caller, or all of them if `id` is null. No row: there is none. `removed` 0: it must stay. */
export const removeOwnTotp = statement<
  EventValues & Caller & SecondFactorPolicy & { id: string | null; noticeJobId: string },
  { removed: string }
>('removeOwnTotp', (value) => {
  const userId = sql`${value.userId}::uuid`
  const isMeant = sql`(totp.id = ${value.id}::uuid or ${value.id}::uuid is null)`
  return sql`
  with meant as (
    select totp.id, totp.user_id, totp.name, totp.confirmed_at from totp_authenticator totp
    where totp.user_id = ${userId} and ${isMeant}
  ),
  removed as (
    delete from totp_authenticator using meant
    where totp_authenticator.id = meant.id and (
      not ${mustHaveSecondFactor(value, userId)}
      or not exists (select 1 from meant counting where counting.confirmed_at is not null)
      or exists (select 1 from passkey where passkey.user_id = ${userId})
      or exists (
        select 1 from totp_authenticator totp
        where totp.user_id = ${userId} and totp.confirmed_at is not null and not ${isMeant}
      )
    )
    returning meant.id, meant.user_id, meant.name, meant.confirmed_at
  ),
  ${removal(value, 'totp')}
  select (select count(*) from removed) as removed, (select count(*) from settled) as settled
  from (select 1 from meant limit 1) found`
})

const rename = (kind: 'totp' | 'passkey') => {
  const table = sql.raw(kind === 'totp' ? 'totp_authenticator' : 'passkey')
  return statement<EventValues & Privileged & { id: string; name: string }, { id: string }>(
    `rename:${kind}`,
    (value) => sql`
  with caller as (${privilegedCaller(value)}),
  renamed as (
    update ${table} set name = ${value.name}::text from caller
    where ${table}.id = ${value.id}::uuid and ${table}.user_id = caller.user_id
    returning ${table}.id, ${table}.user_id
  ),
  event as (${recordEvent(value, {
    type: 'authenticator.renamed',
    from: sql`renamed`,
    userId: sql`renamed.user_id`,
    sessionId: value.sessionId,
    data: { kind: sql.raw(`'${kind}'`) },
  })})
  select id from renamed`,
  )
}

/** Gives an authenticator of the caller another name. No row: it is not theirs. */
export const renameOwnTotp = rename('totp')
export const renameOwnPasskey = rename('passkey')
