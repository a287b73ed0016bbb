import { mostImageBytes } from './images'
import { all, type RoutePolicy } from './route-policy'

/** The part of the table for what takes files and gives them. */
export const filePolicies: Record<string, RoutePolicy> = {
  'PUT /v1/me/avatar': {
    limits: [...all, 'avatar'],
    mostFileBytes: mostImageBytes,
    postgres: 'closed',
    redis: 'local',
    blobs: 'closed',
  },
  'POST /v1/me/avatar/uploads': { limits: [...all, 'avatar'], postgres: 'closed', redis: 'local' },
  'PUT /v1/uploads/:token': {
    limits: all,
    mostFileBytes: mostImageBytes,
    postgres: 'closed',
    redis: 'local',
    blobs: 'closed',
  },
  'GET /v1/me/avatar': { limits: all, postgres: 'closed', redis: 'local' },
  'DELETE /v1/me/avatar': { limits: all, postgres: 'closed', redis: 'local' },
  'GET /v1/avatars/initials/:letters': { limits: [], isPublic: true },
  'GET /v1/avatars/:name/:file': { limits: [], isPublic: true, blobs: 'closed' },
}
