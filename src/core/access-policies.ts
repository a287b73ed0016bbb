import { all, type RoutePolicy } from './route-policy'

/** What staff do, who are never somebody else meanwhile. */
const ofStaff: RoutePolicy = { limits: all, postgres: 'closed', redis: 'local', impersonated: false }

/** The part of the table for roles and permissions. */
export const accessPolicies: Record<string, RoutePolicy> = {
  'GET /v1/me/access': { limits: all, postgres: 'closed', redis: 'local' },
  'GET /v1/admin/permissions': ofStaff,
  'GET /v1/admin/roles': ofStaff,
  'POST /v1/admin/roles': ofStaff,
  'GET /v1/admin/roles/:name': ofStaff,
  'PATCH /v1/admin/roles/:name': ofStaff,
  'DELETE /v1/admin/roles/:name': ofStaff,
  'GET /v1/admin/users/:id/roles': ofStaff,
  'GET /v1/admin/users/:id/roles/:role': ofStaff,
  'PUT /v1/admin/users/:id/roles/:role': ofStaff,
  'DELETE /v1/admin/users/:id/roles/:role': ofStaff,
}
