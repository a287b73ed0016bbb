import { type SQL, sql } from 'drizzle-orm'
import { isOpen } from '#db/live-session'

/** The columns of a `UserRow`, from a relation that has the table's columns. */
export const userColumns = (relation: string): SQL =>
  sql.raw(
    [
      'id',
      'email',
      'email_verified_at as "emailVerifiedAt"',
      'name',
      'bio',
      'phone',
      'address',
      'locale',
      'time_zone as "timeZone"',
      'website',
      'picture',
      'attributes',
      'attributes_version as "attributesVersion"',
      'visibility',
      'recovery_codes_left as "recoveryCodesLeft"',
      'created_at as "createdAt"',
      'updated_at as "updatedAt"',
    ]
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

/** Adds a person unless the address is taken; then it returns no row. */
export const insertUser = (value: { userId: SQL; email: SQL; name: SQL; locale: SQL; now: SQL }): SQL => sql`
  insert into "user" (id, email, name, locale, created_at, updated_at)
  values (${value.userId}::uuid, ${value.email}::text, ${value.name}::text, ${value.locale}::text,
    ${value.now}::timestamptz, ${value.now}::timestamptz)
  on conflict (email) do nothing
  returning *`

/** Adds a person for each row of `known (email, name, locale, picture)` whose address is proved elsewhere, unless it is taken. */
export const addProvedUser = (value: { newUserId: SQL; now: SQL }, known: SQL): SQL => sql`
  insert into "user" (id, email, email_verified_at, name, locale, picture, created_at, updated_at)
  select ${value.newUserId}::uuid, known.email, ${value.now}::timestamptz, known.name, known.locale, known.picture,
    ${value.now}::timestamptz, ${value.now}::timestamptz
  from ${known} known
  on conflict (email) do nothing
  returning *`

export const userByEmail = (email: SQL): SQL => sql`select * from "user" where email = ${email}::text`

/** The person whose address nobody has proved yet; a proof under way is waited for, and then there is none. */
export const lockUnprovedUser = (email: SQL): SQL => sql`
  select id from "user" where email = ${email}::text and email_verified_at is null for update`

/** Whether `email` is the address of the person `id`, and the doors are open to them. */
export const ownsAddress = (id: SQL, email: SQL): SQL => sql`
  exists (select 1 from "user" owner where owner.id = ${id} and owner.email = ${email} and ${isOpen('owner')})`

/**
 * Locks a person, and gives their id. Statements that change several things of one account begin with it: two of them
 * wait for each other here, in whatever order they go on.
 */
export const lockUser = (id: SQL): SQL => sql`select "user".id from "user" where "user".id = ${id} for no key update`

/** The address of a person, as an expression. */
export const addressOf = (id: SQL): SQL => sql`(select owner.email from "user" owner where owner.id = ${id})`

/**
 * A person by id, while `email` is their address and the doors are open to them. A change of the address that is under way is
 * waited for, and others then wait for the statement.
 */
export const holdOwner = (id: SQL, email: SQL): SQL => sql`
  select "user".id from "user"
  where "user".id = ${id} and "user".email = ${email} and ${isOpen('"user"')} for key share`

/** Whether somebody has an address. */
export const isTaken = (email: SQL): SQL => sql`exists (select 1 from "user" holder where holder.email = ${email})`

/** Gives the person in `change (user_id, email)` another address, proved, unless it is taken or the doors are shut to them. */
export const replaceEmail = (change: SQL, now: SQL): SQL => sql`
  update "user" set email = change.email, email_verified_at = ${now}::timestamptz, updated_at = ${now}::timestamptz
  from ${change} change
  where "user".id = change.user_id and ${isOpen('"user"')} and not ${isTaken(sql`change.email`)}
  returning "user".*`

/** The same, with the name and the language of who registers last. */
export const renameUnprovedUser = (value: { email: SQL; name: SQL; locale: SQL; now: SQL }): SQL => sql`
  update "user" set name = ${value.name}::text, locale = ${value.locale}::text, updated_at = ${value.now}::timestamptz
  where email = ${value.email}::text and email_verified_at is null
  returning id`

export const userById = (id: SQL): SQL => sql`select * from "user" where id = ${id}`

/** Gives the people in `owner (id)` a count of recovery codes, unless they have some; returns who had none. */
export const grantRecoveryCodes = (owner: SQL, count: SQL): SQL => sql`
  update "user" set recovery_codes_left = ${count}::integer from ${owner} owner
  where "user".id = owner.id and "user".recovery_codes_left is null
  returning "user".id`

/** Replaces that count. */
export const replaceRecoveryCodes = (owner: SQL, count: SQL): SQL => sql`
  update "user" set recovery_codes_left = ${count}::integer from ${owner} owner where "user".id = owner.id
  returning "user".id`

/** Counts one recovery code less for the people in `owner (id)`; returns them. */
export const spendRecoveryCode = (owner: SQL): SQL => sql`
  update "user" set recovery_codes_left = greatest("user".recovery_codes_left - 1, 0) from ${owner} owner
  where "user".id = owner.id
  returning "user".*`

/** Marks the address of the person in `proof (user_id, email)` as theirs, once; returns the person if it was the first. */
export const proveEmail = (proof: SQL, now: SQL): SQL => sql`
  update "user" set email_verified_at = ${now}::timestamptz, updated_at = ${now}::timestamptz
  from ${proof} proof
  where "user".id = proof.user_id and "user".email = proof.email and "user".email_verified_at is null
  returning "user".*`

/** Shuts every door to the people in `owner (id)`, once; returns whom it was open to. */
export const closeUser = (owner: SQL, now: SQL): SQL => sql`
  update "user" set closed_at = ${now}::timestamptz, updated_at = ${now}::timestamptz from ${owner} owner
  where "user".id = owner.id and ${isOpen('"user"')}
  returning "user".id`

/** Opens them again. */
export const reopenUser = (owner: SQL, now: SQL): SQL => sql`
  update "user" set closed_at = null, updated_at = ${now}::timestamptz from ${owner} owner where "user".id = owner.id
  returning "user".id`

/** Closes the accounts of the people in `owner (id)`, once, banned ones too; returns whose was open or banned. */
export const closeAnyUser = (owner: SQL, now: SQL): SQL => sql`
  update "user" set closed_at = ${now}::timestamptz, updated_at = ${now}::timestamptz from ${owner} owner
  where "user".id = owner.id and "user".closed_at is null
  returning "user".id`

/** Shuts every door to the people in `owner (id)` until `until`, null for ever, in place of a ban before. */
export const banUser = (owner: SQL, { now, until, reason }: { now: SQL; until: SQL; reason: SQL }): SQL => sql`
  update "user" set banned_at = ${now}::timestamptz, banned_until = ${until}::timestamptz, ban_reason = ${reason}::text,
    updated_at = ${now}::timestamptz
  from ${owner} owner where "user".id = owner.id
  returning "user".id, "user".banned_at, "user".banned_until`

/** Lets them in again. @param condition which bans, by columns of the table; returns whose was lifted */
export const unbanUser = (owner: SQL, { now, condition }: { now: SQL; condition: SQL }): SQL => sql`
  update "user" set banned_at = null, banned_until = null, ban_reason = null, updated_at = ${now}::timestamptz
  from ${owner} owner where "user".id = owner.id and "user".banned_at is not null and ${condition}
  returning "user".id`

/** The people in `owner (id)` have no recovery codes any more; returns them. */
export const forgetRecoveryCodes = (owner: SQL): SQL => sql`
  update "user" set recovery_codes_left = null from ${owner} owner where "user".id = owner.id
  returning "user".id`
