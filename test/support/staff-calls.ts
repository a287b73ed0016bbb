import { atNothing, newAddress, nowhere, type RouteCall, signedIn } from './route-call'

/** Calls of staff, which find nothing of the kind. */
export const callsOfStaff: RouteCall[] = [
  signedIn('GET /v1/me/access'),
  atNothing('GET /v1/admin/users/:id/activity'),
  atNothing('GET /v1/admin/permissions'),
  atNothing('GET /v1/admin/roles'),
  atNothing('POST /v1/admin/roles', { name: 'desk', permissions: ['users:read'] }),
  atNothing('GET /v1/admin/roles/:name'),
  atNothing('PATCH /v1/admin/roles/:name', { description: 'Looks.' }),
  atNothing('DELETE /v1/admin/roles/:name'),
  atNothing('GET /v1/admin/users/:id/roles'),
  atNothing('GET /v1/admin/users/:id/roles/:role'),
  atNothing('PUT /v1/admin/users/:id/roles/:role', {}),
  atNothing('DELETE /v1/admin/users/:id/roles/:role'),
]

/** By somebody who is none of the staff. */
export const callsToAccounts: RouteCall[] = [
  signedIn('GET /v1/admin/users'),
  signedIn('POST /v1/admin/users', { email: newAddress() }),
  atNothing('GET /v1/admin/users/:id'),
  atNothing('PATCH /v1/admin/users/:id', { name: 'Ada' }),
  atNothing('DELETE /v1/admin/users/:id'),
  atNothing('POST /v1/admin/users/:id/ban', { reason: 'Sends spam.' }),
  atNothing('DELETE /v1/admin/users/:id/ban'),
  atNothing('POST /v1/admin/users/:id/unlock'),
  atNothing('POST /v1/admin/users/:id/reset-factors'),
  atNothing('GET /v1/admin/users/:id/sessions'),
  atNothing('DELETE /v1/admin/users/:id/sessions'),
  atNothing('DELETE /v1/admin/users/:id/sessions/:sessionId'),
  atNothing('POST /v1/admin/users/:id/impersonate', { reason: 'A ticket of theirs.' }),
  signedIn('GET /v1/admin/impersonations'),
  atNothing('DELETE /v1/admin/impersonations/:sessionId'),
  signedIn('GET /v1/admin/statistics'),
  signedIn('GET /v1/admin/audit'),
  atNothing('GET /v1/admin/audit/:id'),
  atNothing('GET /v1/admin/audit/:id/proof'),
  signedIn('POST /v1/admin/audit/exports', { format: 'cef' }),
  atNothing('GET /v1/admin/explain/:requestId'),
]

/** Operations on many accounts, by the same. */
export const callsOfBulk: RouteCall[] = [
  { ...signedIn('POST /v1/admin/imports'), route: 'POST /v1/admin/imports?format=ndjson' },
  signedIn('POST /v1/admin/exports', { format: 'csv' }),
  signedIn('POST /v1/admin/users/bulk', { action: 'delete', ids: [nowhere] }),
  signedIn('GET /v1/admin/operations'),
  atNothing('GET /v1/admin/operations/:id'),
  atNothing('DELETE /v1/admin/operations/:id'),
  atNothing('GET /v1/admin/operations/:id/errors'),
  atNothing('GET /v1/admin/operations/:id/file'),
]
