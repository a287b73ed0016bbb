import { type SQL, sql } from 'drizzle-orm'
import { avatarSizes } from '#core/images'
import { liveCaller } from '#db/live-session'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueJob } from '../jobs/fragments'
import type { UserRow } from './contract'
import { userColumns } from './fragments'

type Caller = { userId: string; sessionId: string }
type Values = Caller & EventValues & { jobId: string }

const files = sql.raw(avatarSizes.map((size) => `('${size}.webp')`).join(', '))
const count = sql.raw(String(avatarSizes.length))

const keysOf = (name: SQL): SQL =>
  sql`(select 'avatars/' || ${name}::text || '/' || file from (values ${files}) as known(file))`

/**
 * Notes the renditions that are about to be stored, to be dropped unless they come into use within the hour; none when the
 * session has ended.
 */
export const insertStagedAvatar = statement<Caller & { now: Date; name: string }, { key: string }>(
  'insertStagedAvatar',
  (value) => sql`
  with caller as (${liveCaller(value)})
  insert into blob (key, user_id, kind, created_at, drop_after)
  select staged.key, caller.user_id, 'avatar', ${value.now}::timestamptz, ${value.now}::timestamptz + interval '1 hour'
  from caller, ${keysOf(value.name)} as staged(key)
  returning key`,
)

/** What happened, or did not. Null where another request changed the picture meanwhile: then try again. */
type Changed<Row> = { [Column in keyof Row]: Row[Column] | null }

/**
 * A person's picture is only changed as the statement sees it, so two changes at once follow each other, each with the
 * blobs of the one before in sight: none is left that nobody shows and nobody drops.
 */
const before = sql`
  select person.id, person.picture from "user" person, caller where person.id = caller.user_id`

/** Marks what is in use as dropped, tells whoever deletes it, and records the change. */
const dropAvatars = (value: Placeholders<Values>): SQL => sql`
  dropped as (
    update blob set drop_after = ${value.now}::timestamptz from person
    where blob.user_id = person.id and blob.kind = 'avatar' and blob.drop_after is null
    returning blob.key
  ),
  job as (${enqueueJob(value, {
    queue: 'delete-dropped-blobs',
    id: value.jobId,
    from: sql`(select 1 from dropped limit 1) once`,
    payload: {},
  })}),
  event as (${recordEvent(value, {
    type: 'profile.updated',
    from: sql`person`,
    userId: sql`person.id`,
    sessionId: value.sessionId,
    data: { fields: sql`'["picture"]'::jsonb` },
  })})`

/**
 * Shows the staged renditions of `name` as the caller's picture and drops those before. No row: the session has ended.
 * `isStaged` is false when they have been waiting too long: somebody may be about to delete them.
 */
export const publishAvatar = statement<
  Values & { name: string; picture: string },
  Changed<UserRow> & { isStaged: boolean }
>(
  'publishAvatar',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  staged as materialized (
    select blob.key from blob, caller
    where blob.key in ${keysOf(value.name)} and blob.user_id = caller.user_id
      and blob.drop_after > ${value.now}::timestamptz + interval '10 minutes'
  ),
  before as materialized (${before}),
  person as (
    update "user" set picture = ${value.picture}::text, updated_at = ${value.now}::timestamptz from before
    where "user".id = before.id and "user".picture is not distinct from before.picture
      and (select count(*) from staged) = ${count}
    returning "user".*
  ),
  shown as (
    update blob set drop_after = null from staged, person where blob.key = staged.key returning blob.key
  ),
  ${dropAvatars(value)}
  select ${userColumns('person')}, (select count(*) from staged) = ${count} as "isStaged"
  from caller left join person on true`,
)

/** Takes the caller's picture away. No row: the session has ended. */
export const clearAvatar = statement<Values, { isDone: boolean }>(
  'clearAvatar',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  before as materialized (${before}),
  person as (
    update "user" set picture = null, updated_at = ${value.now}::timestamptz from before
    where "user".id = before.id and before.picture is not null and "user".picture is not distinct from before.picture
    returning "user".id
  ),
  ${dropAvatars(value)}
  select before.picture is null or person.id is not null as "isDone"
  from before left join person on true`,
)
