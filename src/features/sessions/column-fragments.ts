import { type SQL, sql } from 'drizzle-orm'

/**
 * What the owner of a session may do in it, by the roles that they hold at `moment`: a `StoredAccess`.
 * @param relation has the columns of the table
 */
export const accessOfSession = (relation: string, moment: SQL): SQL => {
  const columns = ['user_id', 'organization_id', 'acr', 'amr', 'identity_id', 'authenticated_at']
  return sql`access_of(${sql.raw(columns.map((column) => `${relation}.${column}`).join(', '))}, ${moment})`
}

/** The columns of a `SessionState`, from a relation that has the table's columns. */
export const sessionStateColumns = (relation: string): SQL => {
  const columns = [
    'id as "sessionId"',
    'user_id as "userId"',
    'counter',
    'rotated_at as "rotatedAt"',
    'authenticated_at as "authenticatedAt"',
    'expires_at as "expiresAt"',
    'amr',
    'acr',
    'impersonator_id as "impersonatorId"',
  ]
  // The same state of a session gives the same token, so its roles are those of its last refresh.
  const access = accessOfSession(relation, sql.raw(`${relation}.rotated_at`))
  return sql`${sql.raw(columns.map((column) => `${relation}.${column}`).join(', '))}, ${access} as access`
}

/** The columns of a `SessionRow`, from a relation that has the table's columns. */
export const sessionColumns = (relation: string): SQL =>
  sql.raw(
    [
      'id',
      'created_at as "createdAt"',
      'last_used_at as "lastUsedAt"',
      'expires_at as "expiresAt"',
      'ip_address as "ipAddress"',
      'user_agent as "userAgent"',
      'amr',
      'acr',
      'impersonator_id as "impersonatorId"',
    ]
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )
