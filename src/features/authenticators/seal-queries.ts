import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { TotpSecretRow } from './second-factor-queries'

/** Apps after `after`, by their ids, whose secret has another seal than one that begins with `prefix`. */
export const listTotpSeals = statement<{ prefix: string; after: string | null; limit: number }, TotpSecretRow>(
  'listTotpSeals',
  (value) => sql`
  select id, sealed_secret as "sealedSecret" from totp_authenticator
  where not starts_with(sealed_secret, ${value.prefix}::text)
    and (${value.after}::uuid is null or id > ${value.after}::uuid)
  order by id limit ${value.limit}::integer`,
)

/** Puts a secret under another seal, unless someone else did. */
export const replaceTotpSeal = statement<{ id: string; oldSeal: string; newSeal: string }, { id: string }>(
  'replaceTotpSeal',
  (value) => sql`
  update totp_authenticator set sealed_secret = ${value.newSeal}::text
  where id = ${value.id}::uuid and sealed_secret = ${value.oldSeal}::text
  returning id`,
)
