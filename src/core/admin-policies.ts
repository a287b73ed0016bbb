import { all, type RoutePolicy } from './route-policy'

/** Nobody who acts as somebody else does anything of staff's, not even look. */
const staff: RoutePolicy = { limits: all, postgres: 'closed', redis: 'local', impersonated: false }
const mailing: RoutePolicy = { ...staff, mail: 'queued' }

/** The part of the table for staff. */
export const adminPolicies: Record<string, RoutePolicy> = {
  'GET /v1/admin/users': staff,
  'POST /v1/admin/users': { ...mailing, breaches: 'BREACH_CHECK' },
  'GET /v1/admin/users/:id': staff,
  'PATCH /v1/admin/users/:id': mailing,
  'DELETE /v1/admin/users/:id': mailing,
  'GET /v1/admin/users/:id/activity': staff,
  'POST /v1/admin/users/:id/ban': staff,
  'DELETE /v1/admin/users/:id/ban': staff,
  'POST /v1/admin/users/:id/unlock': staff,
  'POST /v1/admin/users/:id/reset-factors': mailing,
  'GET /v1/admin/users/:id/sessions': staff,
  'DELETE /v1/admin/users/:id/sessions': staff,
  'DELETE /v1/admin/users/:id/sessions/:sessionId': staff,
  // Its verb refuses who acts as somebody else, and records that they tried.
  'POST /v1/admin/users/:id/impersonate': { ...mailing, impersonated: true },
  'GET /v1/admin/impersonations': staff,
  'DELETE /v1/admin/impersonations/:sessionId': staff,
  'GET /v1/admin/statistics': staff,
  'GET /v1/admin/audit': staff,
  'GET /v1/admin/audit/:id': staff,
  'GET /v1/admin/audit/:id/proof': staff,
  'POST /v1/admin/audit/exports': staff,
  'GET /v1/admin/explain/:requestId': staff,
}
