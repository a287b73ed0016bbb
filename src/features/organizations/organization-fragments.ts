import { type SQL, sql } from 'drizzle-orm'

/** The columns of an `OrganizationRow`, from a relation that has the table's columns. */
export const organizationColumns = (relation: string): SQL =>
  sql.raw(
    [
      'id',
      'slug',
      'name',
      'requires_second_factor as "requiresSecondFactor"',
      'allowed_methods as "allowedMethods"',
      'session_seconds as "sessionSeconds"',
      'created_at as "createdAt"',
      'updated_at as "updatedAt"',
    ]
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

/** The organizations that a person owns and that have other members, whose accounts are not closed. */
export const ownedWithOthers = (userId: SQL): SQL => sql`
  select owned.organization_id from organization_member owned
  where owned.user_id = ${userId} and owned.role = 'owner' and exists (
    select 1 from organization_member other join "user" person on person.id = other.user_id
    where other.organization_id = owned.organization_id and other.user_id <> owned.user_id
      and person.closed_at is null
  )`

/** Deletes one of the organizations that a person owns and that nobody else belongs to; returns its id. */
export const deleteOwnedAlone = (userId: SQL): SQL => sql`
  delete from organization where organization.id = (
    select owned.organization_id from organization_member owned
    where owned.user_id = ${userId} and owned.role = 'owner' and not exists (
      select 1 from organization_member other
      where other.organization_id = owned.organization_id and other.user_id <> owned.user_id
    )
    limit 1
  )
  returning organization.id`
