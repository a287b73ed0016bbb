import { type SQL, sql } from 'drizzle-orm'

const listed = (terms: SQL): SQL =>
  sql`jsonb_to_recordset(${terms}::text::jsonb) as listed(document text, version text)`

/**
 * Records that the people of `person (id)` accepted `terms`, a JSON list of documents with their versions. What somebody
 * accepted before stays as it was, unless this is to count in its place.
 */
export const recordAcceptances = (
  value: { terms: SQL; now: SQL },
  person: SQL,
  { isRenewed = false }: { isRenewed?: boolean } = {},
): SQL => sql`
  insert into terms_acceptance (user_id, document, version, accepted_at)
  select accepting.id, listed.document, listed.version, ${value.now}::timestamptz
  from ${person} accepting, ${listed(value.terms)}
  on conflict (user_id, document, version)
    do ${isRenewed ? sql`update set accepted_at = excluded.accepted_at` : sql`nothing`}
  returning user_id, document, version`

/** Forgets what the people of `person (id)` accepted: whoever did so was perhaps not the owner of the address. */
export const forgetAcceptances = (person: SQL): SQL => sql`
  delete from terms_acceptance using ${person} owner where terms_acceptance.user_id = owner.id`

/** Whether a person has not accepted all of `terms`. */
export const owesAcceptance = (userId: SQL, terms: SQL): SQL => sql`
  exists (
    select 1 from ${listed(terms)} where not exists (
      select 1 from terms_acceptance accepted where accepted.user_id = ${userId}
        and accepted.document = listed.document and accepted.version = listed.version
    )
  )`
