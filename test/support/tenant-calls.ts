import { atNothing, newAddress, nowhere, type RouteCall, signedIn, token } from './route-call'

/** Calls to organizations: the first makes one, the others are to one that there is not. */
export const callsOfOrganizations = (): RouteCall[] => [
  signedIn('POST /v1/organizations', { name: 'Engines' }),
  signedIn('GET /v1/organizations'),
  atNothing('GET /v1/organizations/:id'),
  atNothing('PATCH /v1/organizations/:id', { name: 'Engines' }),
  atNothing('DELETE /v1/organizations/:id'),
  atNothing('POST /v1/organizations/:id/transfer', { userId: nowhere }),
  atNothing('GET /v1/organizations/:id/members'),
  atNothing('DELETE /v1/organizations/:id/members/me'),
  atNothing('PATCH /v1/organizations/:id/members/:userId', { role: 'admin' }),
  atNothing('DELETE /v1/organizations/:id/members/:userId'),
  atNothing('GET /v1/organizations/:id/roles'),
  atNothing('POST /v1/organizations/:id/roles', { name: 'clerk', description: 'Clerks.', permissions: [] }),
  atNothing('GET /v1/organizations/:id/roles/:name'),
  atNothing('PATCH /v1/organizations/:id/roles/:name', { description: 'Clerks.' }),
  atNothing('DELETE /v1/organizations/:id/roles/:name'),
  atNothing('GET /v1/organizations/:id/invitations'),
  atNothing('POST /v1/organizations/:id/invitations', { email: newAddress(), role: 'member' }),
  atNothing('DELETE /v1/organizations/:id/invitations/:invitationId'),
  signedIn('POST /v1/organizations/invitations/accept', { token }),
  signedIn('GET /v1/me/invitations'),
  atNothing('POST /v1/me/invitations/:id/accept'),
  atNothing('DELETE /v1/me/invitations/:id'),
]

/** Calls to teams, domains and policies of an organization that there is not. */
export const callsOfTenants: RouteCall[] = [
  signedIn('POST /v1/auth/organization', { organizationId: null }),
  atNothing('GET /v1/organizations/:id/teams'),
  atNothing('POST /v1/organizations/:id/teams', { name: 'Engines' }),
  atNothing('PATCH /v1/organizations/:id/teams/:teamId', { name: 'Engines' }),
  atNothing('DELETE /v1/organizations/:id/teams/:teamId'),
  atNothing('GET /v1/organizations/:id/teams/:teamId/members'),
  atNothing('PUT /v1/organizations/:id/teams/:teamId/members/:userId'),
  atNothing('DELETE /v1/organizations/:id/teams/:teamId/members/:userId'),
  atNothing('GET /v1/organizations/:id/domains'),
  atNothing('POST /v1/organizations/:id/domains', { domain: 'engines.example.com' }),
  atNothing('POST /v1/organizations/:id/domains/:domainId/verify'),
  atNothing('PATCH /v1/organizations/:id/domains/:domainId', { autoJoinRole: null }),
  atNothing('DELETE /v1/organizations/:id/domains/:domainId'),
  atNothing('GET /v1/organizations/:id/policies'),
  atNothing('PUT /v1/organizations/:id/policies', {
    requiresSecondFactor: false,
    allowedMethods: null,
    sessionSeconds: null,
  }),
]
