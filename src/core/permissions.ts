/** What staff may do. The names are public, and stay. */
export const permissions = {
  'users:read': 'Search accounts; see them, their sessions and what happened to them.',
  'users:create': 'Make accounts.',
  'users:update': 'Change profiles and addresses of accounts.',
  'users:ban': 'Ban accounts and let them in again.',
  'users:unlock': 'End the locks that failed log-ins brought.',
  'users:reset-factors': 'Take away authenticators of accounts.',
  'users:sign-out': 'End sessions of accounts.',
  'users:delete': 'Delete accounts.',
  'users:impersonate': 'Act as somebody who may do less.',
  'users:import': 'Import many accounts.',
  'users:export': 'Export many accounts.',
  'roles:read': 'See roles and who holds them.',
  'roles:write': 'Make, change and delete roles, within what one may oneself.',
  'roles:assign': 'Give and take roles, within what one may oneself.',
  'organizations:read': 'See every organization and its members.',
  'organizations:write': 'Change and delete every organization.',
  'service-accounts:read': 'See programs that sign in for themselves.',
  'service-accounts:write':
    'Make, change and delete programs that sign in for themselves, within what one may oneself.',
  'api-keys:read': 'See API keys of others.',
  'api-keys:revoke': 'Revoke API keys of others.',
  'tokens:introspect': 'Ask about access tokens.',
  'api-keys:verify': 'Ask about API keys.',
  'requests:explain': 'See which check refused a request.',
  'statistics:read': 'See statistics.',
  'audit:read': 'See the audit record.',
  'audit:export': 'Export the audit record.',
} as const satisfies Record<string, string>

/** What a member of an organization may do for it. */
export const organizationPermissions = {
  'organization:update': 'Change its name and settings.',
  'organization:delete': 'Delete it.',
  'policies:write': 'Change how members must log in.',
  'members:read': 'See members, teams and roles.',
  'members:invite': 'Invite people, and take invitations back.',
  'members:assign': 'Give members other roles, within what one may oneself.',
  'members:remove': 'Remove members.',
  'roles:write': 'Make, change and delete roles, within what one may oneself.',
  'teams:write': 'Make, change and delete teams.',
  'domains:write': 'Claim domains, and let their people join by themselves.',
  'api-keys:read': 'See its API keys and service accounts.',
  'api-keys:write': 'Make and revoke its API keys and service accounts.',
} as const satisfies Record<string, string>

export type Permission = keyof typeof permissions
export type OrganizationPermission = keyof typeof organizationPermissions

export const isPermission = (name: string): name is Permission => Object.hasOwn(permissions, name)

export const isOrganizationPermission = (name: string): name is OrganizationPermission =>
  Object.hasOwn(organizationPermissions, name)

const every = (names: object): string[] => Object.keys(names)

/** The roles that are always there. Operators make others beside them. */
export const systemRoles: Readonly<Record<string, readonly string[]>> = {
  admin: every(permissions),
  support: ['users:read', 'users:unlock', 'users:sign-out', 'roles:read', 'organizations:read', 'requests:explain'],
  auditor: [
    ...['users:read', 'roles:read', 'organizations:read', 'api-keys:read', 'statistics:read'],
    ...['audit:read', 'audit:export', 'requests:explain'],
  ],
}

/** The roles that every organization has. Only its owner may delete it, and there is one. */
export const organizationSystemRoles: Readonly<Record<string, readonly string[]>> = {
  owner: every(organizationPermissions),
  admin: every(organizationPermissions).filter((name) => name !== 'organization:delete'),
  member: ['members:read'],
}

/** What an organization's member is there: the role, and what it allows. */
export interface OrganizationAccess {
  id: string
  slug: string
  role: string
  permissions: string[]
}

/** What somebody may do: the roles that they hold, and what these allow. */
export interface Access {
  roles: string[]
  permissions: string[]
  /** The organization that they act for. */
  organization: OrganizationAccess | null
}

/** The same as statements give it (`access_of`): roles of the code without what they allow, which only the code knows. */
export interface StoredAccess {
  roles: string[]
  /** What roles allow that operators made. */
  permissions: string[]
  organization: StoredOrganizationAccess | null
}

export interface StoredOrganizationAccess extends OrganizationAccess {
  /** What its policy asks of the session and is not met; then nobody acts for it. */
  unmet: 'second_factor' | 'method' | 'age' | null
}

export const noAccess: Access = { roles: [], permissions: [], organization: null }

const union = (...lists: (readonly string[])[]): string[] => [...new Set(lists.flat())].toSorted()

/** Whether a role is one of those that are always there. */
export const isSystemRole = (name: string): boolean => Object.hasOwn(systemRoles, name)

/** Every permission that a role may have; `applicationPermissions` are the operator's own. */
export const declaredPermissions = (applicationPermissions: readonly string[]): string[] =>
  union(every(permissions), applicationPermissions)

/** What the system roles allow. Administrators have the operator's own permissions too, and so may hand them on. */
export const allowedBySystemRoles = (
  applicationPermissions: readonly string[],
): Readonly<Record<string, readonly string[]>> => ({
  ...systemRoles,
  admin: declaredPermissions(applicationPermissions),
})

/** What roles allow, those of the code and `custom` from others. What is declared no more is allowed no more. */
export const permissionsOf = (
  roles: readonly string[],
  custom: readonly string[],
  applicationPermissions: readonly string[],
): string[] => {
  // Most people hold none, and a token is made at each refresh.
  if (roles.length === 0 && custom.length === 0) return []
  const declared = declaredPermissions(applicationPermissions)
  const bySystem = allowedBySystemRoles(applicationPermissions)
  return union(
    custom.filter((name) => declared.includes(name)),
    ...roles.map((role) => bySystem[role] ?? []),
  )
}

/** What a member may do for an organization. `applicationPermissions` are the operator's own: its owner and admins have them all. */
export const toOrganizationAccess = (
  { id, slug, role, permissions: custom }: OrganizationAccess,
  applicationPermissions: readonly string[],
): OrganizationAccess => {
  const runsIt = role === 'owner' || role === 'admin'
  const allowed = union(organizationSystemRoles[role] ?? custom, runsIt ? applicationPermissions : [])
  return { id, slug, role, permissions: allowed }
}

/** What somebody may do, from what a statement gave. An organization whose policy is not met is none. */
export const toAccess = (stored: StoredAccess, applicationPermissions: readonly string[]): Access => ({
  roles: stored.roles,
  permissions: permissionsOf(stored.roles, stored.permissions, applicationPermissions),
  organization:
    stored.organization && stored.organization.unmet === null
      ? toOrganizationAccess(stored.organization, applicationPermissions)
      : null,
})

/** Whether nobody who holds `theirs` may do what a holder of `mine` may not. */
export const isWithin = (theirs: readonly string[], mine: readonly string[]): boolean =>
  theirs.every((name) => mine.includes(name))

/** Whether `mine` allow all that `theirs` do, and more: equals are not above each other. */
export const isAbove = (mine: readonly string[], theirs: readonly string[]): boolean =>
  isWithin(theirs, mine) && !isWithin(mine, theirs)
