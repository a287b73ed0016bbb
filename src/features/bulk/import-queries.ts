import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import { idOfEach, recordEvent } from '../audit/fragments'
import { enqueueJob } from '../jobs/fragments'
import { letsJoin } from '../organizations/join-fragments'
import { countFaulty, heldAt, keepFaults, moveOn, operationColumns, type PartValues } from './fragments'
import type { OperationRow } from './operation-contract'

/** What a row of an import brings; nothing of it is missing, since SQL has no absent members. */
export interface ImportedRow {
  row: number
  id: string
  eventId: string
  email: string
  emailVerified: boolean
  name: string | null
  bio: string | null
  phone: string | null
  address: object | null
  locale: string | null
  timeZone: string | null
  website: string | null
  attributes: object
  passwordHash: string | null
  createdAt: string
}

const columnsOfRow = sql.raw(`
  row integer, id uuid, "eventId" uuid, email text, "emailVerified" boolean, name text, bio text, phone text, address jsonb,
  locale text, "timeZone" text, website text, attributes jsonb, "passwordHash" text, "createdAt" timestamptz`)

/**
 * Commits a part of an import, once: its accounts, their passwords, what is recorded of them, what was wrong with rows, and
 * how far the import is. No row: the part is done, or the import is over; then nothing happened.
 * @param from where the part begins in the file, `to` where it ends; both bytes
 * @param rows JSON: a list of `ImportedRow`, no two of one address
 * @param faults JSON: `{ row, pointer, code, message }` of other rows
 * @param count how many rows the part has, faulty ones too
 */
export const importPart = statement<
  PartValues & {
    from: string
    to: string
    rows: string
    faults: string
    count: number
    attributesVersion: number
    joinJobId: string
  },
  OperationRow
>(
  'importPart',
  (value) => sql`
  with held as (${heldAt(value, sql`byte_offset = ${value.from}::text::bigint`)}),
  given as materialized (
    select given.* from held, jsonb_to_recordset(${value.rows}::text::jsonb) as given (${columnsOfRow})
  ),
  person as (
    insert into "user" (id, email, email_verified_at, name, bio, phone, address, locale, time_zone, website, attributes,
      attributes_version, created_at, updated_at)
    select given.id, given.email, case when given."emailVerified" then ${value.now}::timestamptz end, given.name, given.bio,
      given.phone, given.address, given.locale, given."timeZone", given.website, given.attributes,
      ${value.attributesVersion}::integer, given."createdAt", ${value.now}::timestamptz
    from given, held where not held.is_dry_run
    -- Two imports that overlap wait for each other, and never each for the other.
    order by given.email
    on conflict (email) do nothing
    returning id
  ),
  authenticator as (
    insert into password (user_id, hash, created_at)
    select person.id, given."passwordHash", ${value.now}::timestamptz from person join given on given.id = person.id
    where given."passwordHash" is not null
  ),
  event as (${recordEvent(value, {
    type: 'account.created',
    id: sql`made."eventId"`,
    from: sql`(select given.id, given."eventId" from person join given on given.id = person.id) made`,
    userId: sql`made.id`,
    data: { by: sql`'import'` },
  })}),
  joins as (${enqueueJob(value, {
    queue: 'join-by-domain',
    id: idOfEach(value.joinJobId, sql`joining.id`),
    from: sql`(
      select given.id from person join given on given.id = person.id
      where given."emailVerified" and ${letsJoin(sql`given.email`)}
    ) joining`,
    payload: { userId: sql`joining.id` },
  })}),
  wrong as (
    select wrong.* from held,
      jsonb_to_recordset(${value.faults}::text::jsonb) as wrong (row integer, pointer text, code text, message text)
    union all
    select given.row, '/email', 'email_taken', 'Somebody has this address.' from given, held
    where case when held.is_dry_run
      then exists (select 1 from "user" holder where holder.email = given.email)
      else not exists (select 1 from person where person.id = given.id) end
  ),
  kept as (${keepFaults(sql`wrong`)}),
  ${moveOn(value, {
    to: sql`byte_offset = ${value.to}::text::bigint`,
    count: sql`${value.count}::integer`,
    failed: countFaulty(sql`wrong`),
    keepsFileSeconds: 0,
  })}
  select ${operationColumns('moved')} from moved`,
)
