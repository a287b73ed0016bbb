import { type SQL, sql } from 'drizzle-orm'
import type { VerifiedPasskey } from '#core/passkeys'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueNotice } from '../notifications/fragments'
import { addressOf, lockUser } from '../profiles/fragments'
import { raiseSession } from '../sessions/fragments'
import type { Raising } from '../sessions/raise-values'
import { firstCodes, type NewCodes } from './binding-fragments'
import { privilegedCaller } from './fragments'
import type { PasskeyRow } from './passkey-contract'

type Caller = { userId: string; sessionId: string }

const passkeyColumns = (relation: string): SQL =>
  sql.raw(
    [
      'id',
      'name',
      'transports',
      'is_backup_eligible as "isBackupEligible"',
      'is_backed_up as "isBackedUp"',
      'created_at as "createdAt"',
      'last_used_at as "lastUsedAt"',
    ]
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

/**
 * Binds a passkey to the caller; their session is raised by that, and recovery codes made if there are none. No row: their
 * session is over or too weak, or there is no room. `id` null: somebody has this passkey already.
 */
export const bindPasskey = statement<
  EventValues &
    Caller &
    NewCodes &
    Raising &
    VerifiedPasskey & {
      freshAfter: Date
      passkeyId: string
      name: string
      transports: string
      most: number
      noticeJobId: string
    },
  (PasskeyRow & { isFirst: boolean }) | { id: null }
>(
  'bindPasskey',
  (value) => sql`
  with caller as (${privilegedCaller(value)}),
  held as (${lockUser(sql`(select user_id from caller)`)}),
  free as (
    select held.id from held
    where count_passkeys(held.id) < ${value.most}::integer
  ),
  bound as (
    insert into passkey (id, user_id, credential_id, public_key, counter, name, aaguid, transports, is_backup_eligible,
      is_backed_up, created_at)
    select ${value.passkeyId}::uuid, free.id, ${value.credentialId}::text, ${value.publicKey}::text,
      ${value.counter}::bigint, ${value.name}::text, ${value.aaguid}::text, ${value.transports}::text::jsonb,
      ${value.isBackupEligible}::boolean, ${value.isBackedUp}::boolean, ${value.now}::timestamptz
    from free
    on conflict (credential_id) do nothing
    returning *
  ),
  owner as (select user_id as id from bound),
  ${firstCodes(value, sql`owner`)},
  raised as (${raiseSession(value, sql`owner`, { replacesTokens: false })}),
  event as (${recordEvent(value, {
    type: 'authenticator.bound',
    from: sql`bound`,
    userId: sql`bound.user_id`,
    sessionId: value.sessionId,
    data: { kind: sql`'passkey'` },
  })}),
  notice as (${enqueueNotice(value, {
    notice: 'passkey-added',
    id: value.noticeJobId,
    from: sql`bound`,
    userId: sql`bound.user_id`,
    recipient: addressOf(sql`bound.user_id`),
    detail: sql`bound.name`,
  })})
  select ${passkeyColumns('bound')}, exists (select 1 from granted) as "isFirst" from free left join bound on true`,
)

/** The caller's passkeys, oldest first. No row: their session is over. One row of nulls: they have none. */
export const listOwnPasskeys = statement<Caller & { now: Date }, PasskeyRow | { id: null }>(
  'listOwnPasskeys',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select ${passkeyColumns('passkey')} from caller left join passkey on passkey.user_id = caller.user_id
  order by passkey.id`,
)
