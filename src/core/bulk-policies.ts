import { mostImportBytes } from './bulk-operations'
import { all, type RoutePolicy } from './route-policy'

/** Nobody does this in the name of somebody else. */
const bulk: RoutePolicy = { limits: all, postgres: 'closed', redis: 'local', impersonated: false }

/** The part of the table for operations on many accounts. */
export const bulkPolicies: Record<string, RoutePolicy> = {
  'POST /v1/admin/imports': { ...bulk, mostFileBytes: mostImportBytes, blobs: 'closed' },
  'POST /v1/admin/exports': bulk,
  // Ten thousand ids.
  'POST /v1/admin/users/bulk': { ...bulk, mostJsonBytes: 512 * 1024 },
  'GET /v1/admin/operations': bulk,
  'GET /v1/admin/operations/:id': bulk,
  'DELETE /v1/admin/operations/:id': bulk,
  'GET /v1/admin/operations/:id/errors': bulk,
  'GET /v1/admin/operations/:id/file': { ...bulk, blobs: 'closed' },
}
