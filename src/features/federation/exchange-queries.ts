import { type SQL, sql } from 'drizzle-orm'
import { isOpen } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { letIn, loggedIn, privilegedCaller } from '../authenticators/fragments'
import type { LogInValues } from '../authenticators/log-in-values'
import { addProvedUser, userByEmail, userById } from '../profiles/fragments'
import { enqueueJoin } from '../profiles/proof-fragments'
import type { IdentityOutcome, IdentityRow } from './contract'
import { noticeOfIdentity } from './fragments'

type Caller = { userId: string; sessionId: string }
type Taking = { codeHash: string; codeChallenge: string }

/** Takes what a provider said, once, for the program that asked for it. */
const takeIdentity = (value: { codeHash: SQL; codeChallenge: SQL; now: SQL }, condition: SQL = sql`true`): SQL => sql`
  delete from provided_identity
  where ${condition} and code_hash = ${value.codeHash}::text and code_challenge = ${value.codeChallenge}::text
    and expires_at > ${value.now}::timestamptz
  returning *`

/** What can be refreshed is not given up for what can't be, nor any tokens for none. */
const isWorthMore = sql`(taken.sealed_tokens is not null and (taken.is_refreshable or not identity.is_refreshable))`

/** Links what is in the part `taken` to the people in `owner (id)`, who have shown that they may. */
const link = (value: { identityId: SQL; now: SQL }, owner: SQL): SQL => sql`
  insert into identity (id, user_id, provider, issuer, subject, email, sealed_tokens, tokens_expire_at, is_refreshable,
    created_at, last_used_at)
  select ${value.identityId}::uuid, owner.id, taken.provider, taken.issuer, taken.subject, taken.email,
    taken.sealed_tokens, taken.tokens_expire_at, taken.is_refreshable, ${value.now}::timestamptz, ${value.now}::timestamptz
  from taken, ${owner} owner
  on conflict on constraint identity_subject do update set last_used_at = excluded.last_used_at
    where identity.user_id = excluded.user_id
  returning *, xmax = 0 as is_new`

export type ExchangeValues = LogInValues &
  Taking & {
    identityId: string
    newUserId: string
    linkedEventId: string
    linkedJobId: string
    registeredEventId: string
    joinJobId: string
    refusedEventId: string
    /** Of the code that works once more, where another log-in was faster to make the account or the link. */
    nextCodeHash: string
  }

/**
 * Lets in whom a provider vouches for, once. Whose identity it is, is known; or the provider and we both know that the
 * address is theirs, and it is linked; or nobody has the address, the provider vouches for it, and an account is made.
 * Everything else is refused: an address that only one side has proved links nothing (a stranger may have registered
 * it). One row: a `LoggedInRow`, or why not; `raced`: to be tried again, with the next code. No row: the code is
 * unknown, used, over, or another program's.
 */
export const letInByIdentity = statement<ExchangeValues, IdentityOutcome>(
  'letInByIdentity',
  (value) => sql`
  with taken as (${takeIdentity(value)}),
  known as (
    update identity set last_used_at = ${value.now}::timestamptz, email = taken.email,
      sealed_tokens = case when ${isWorthMore} then taken.sealed_tokens else identity.sealed_tokens end,
      tokens_expire_at = case when ${isWorthMore} then taken.tokens_expire_at else identity.tokens_expire_at end,
      is_refreshable = case when ${isWorthMore} then taken.is_refreshable else identity.is_refreshable end
    from taken
    where identity.provider = taken.provider and identity.issuer = taken.issuer and identity.subject = taken.subject
    returning identity.user_id as id, identity.id as identity_id
  ),
  holder as (
    select person.id, person.email_verified_at, ${isOpen('person')} as is_open from taken, lateral (${userByEmail(sql`taken.email`)}) person
    where not exists (select 1 from known)
  ),
  registered as (${addProvedUser(
    value,
    sql`(
      select taken.email, taken.name, taken.locale, taken.picture from taken
      where taken.is_email_proved and not exists (select 1 from known) and not exists (select 1 from holder)
    )`,
  )}),
  linked as (${link(
    value,
    sql`(
      select id from registered
      union all
      select holder.id from holder, taken
      where taken.is_email_proved and holder.email_verified_at is not null and holder.is_open
    )`,
  )}),
  entitled as (
    select id from registered
    union all
    select person.id from known, lateral (${userById(sql`known.id`)}) person where ${isOpen('person')}
    union all
    select linked.user_id from linked where not exists (select 1 from registered)
  ),
  registered_event as (${recordEvent(value, {
    type: 'account.registered',
    id: value.registeredEventId,
    from: sql`registered`,
    userId: sql`registered.id`,
    data: {},
  })}),
  joins as (${enqueueJoin(value, 'registered')}),
  linked_event as (${recordEvent(value, {
    type: 'identity.linked',
    id: value.linkedEventId,
    from: sql`(select * from linked where is_new) linked`,
    userId: sql`linked.user_id`,
    data: { provider: sql`linked.provider` },
  })}),
  linked_notice as (${noticeOfIdentity(value, {
    notice: 'identity-linked',
    id: value.linkedJobId,
    from: sql`(select * from linked where is_new and not exists (select 1 from registered))`,
  })}),
  refused as (
    select taken.provider, case
      when not exists (select 1 from known) and not taken.is_email_proved then 'unproved'
      when exists (select 1 from known) or exists (select 1 from holder where not is_open) then 'banned'
      when exists (select 1 from holder) and (select email_verified_at from holder) is null then 'conflict'
      else 'raced' end as reason
    from taken where not exists (select 1 from entitled)
  ),
  refused_event as (${recordEvent(value, {
    type: 'federation.refused',
    id: value.refusedEventId,
    from: sql`(select * from refused where reason <> 'raced') refused`,
    userId: sql`(select id from holder)`,
    data: { provider: sql`refused.provider`, reason: sql`refused.reason` },
  })}),
  again as (
    insert into provided_identity (code_hash, code_challenge, provider, issuer, subject, email, is_email_proved, name,
      picture, locale, sealed_tokens, tokens_expire_at, is_refreshable, created_at, expires_at)
    select ${value.nextCodeHash}::text, code_challenge, taken.provider, issuer, subject, email, is_email_proved, name,
      picture, locale, sealed_tokens, tokens_expire_at, is_refreshable, created_at, expires_at
    from taken, refused where refused.reason = 'raced'
  ),
  ${letIn(value, {
    owner: sql`entitled`,
    method: 'federation',
    identityId: sql`(select identity_id from known union all select linked.id from linked)`,
  })},
  person as (
    select * from registered
    union all
    select old.* from (${userById(sql`(select id from entitled)`)}) old where not exists (select 1 from registered)
  ),
  let_in as (${loggedIn})
  select let_in.*, (select reason from refused) as refusal from taken left join let_in on true`,
)

/**
 * Links what a provider said to the caller, once. No row: the code is unknown, used, over, or another program's, or the
 * caller's session is over, or too old or too weak, or their address is not proved. `id` null: it is another account's.
 */
export const linkToCaller = statement<
  EventValues & Caller & Taking & { freshAfter: Date; identityId: string; linkedJobId: string; refusedEventId: string },
  IdentityRow | { id: null }
>(
  'linkToCaller',
  (value) => sql`
  with caller as (
    select person.id from (${privilegedCaller(value)}) privileged, lateral (${userById(sql`privileged.user_id`)}) person
    where person.email_verified_at is not null
  ),
  taken as (${takeIdentity(value, sql`exists (select 1 from caller)`)}),
  linked as (${link(value, sql`caller`)}),
  event as (${recordEvent(value, {
    type: 'identity.linked',
    from: sql`(select * from linked where is_new) linked`,
    userId: sql`linked.user_id`,
    sessionId: value.sessionId,
    data: { provider: sql`linked.provider` },
  })}),
  notice as (${noticeOfIdentity(value, {
    notice: 'identity-linked',
    id: value.linkedJobId,
    from: sql`(select * from linked where is_new)`,
  })}),
  refused_event as (${recordEvent(value, {
    type: 'federation.refused',
    id: value.refusedEventId,
    from: sql`(select taken.provider from taken where not exists (select 1 from linked)) refused`,
    userId: sql`(select id from caller)`,
    sessionId: value.sessionId,
    data: { provider: sql`refused.provider`, reason: sql`'taken'` },
  })})
  select linked.id, linked.provider, linked.email, linked.created_at as "createdAt",
    linked.last_used_at as "lastUsedAt"
  from taken left join linked on true`,
)
