import type { Permission } from './permissions'

/** What is done to many accounts at once, or `audit`: the audit record is exported. */
export const kinds = ['import', 'export', 'update', 'delete', 'audit'] as const
export type Kind = (typeof kinds)[number]

/** What it takes to ask for an operation of a kind, to see it and to cancel it. */
export const permissionOf: Record<Kind, Permission> = {
  import: 'users:import',
  export: 'users:export',
  update: 'users:update',
  delete: 'users:delete',
  audit: 'audit:export',
}

export const states = ['receiving', 'queued', 'running', 'finished', 'failed', 'cancelled'] as const
export type State = (typeof states)[number]

/** How a file has its rows. */
export const formats = ['ndjson', 'csv'] as const
export type Format = (typeof formats)[number]

export const mediaTypes: Record<Format, string> = { ndjson: 'application/x-ndjson', csv: 'text/csv' }

/** How an export of the audit record has its records. */
export const auditFormats = ['ndjson', 'cef'] as const
export type AuditFormat = (typeof auditFormats)[number]

/** Of the file of an operation, whatever its kind. */
export const fileTypes: Record<Format | AuditFormat, string> = { ...mediaTypes, cef: 'text/plain' }

/** What the file of an import may have: 256 MiB. */
export const mostImportBytes = 256 * 1024 * 1024

/** What an export has of an account, in this order. Never anything secret. */
export const exportFields = [
  'id',
  'email',
  'emailVerified',
  'name',
  'bio',
  'phone',
  'address',
  'locale',
  'timeZone',
  'website',
  'attributes',
  'roles',
  'bannedAt',
  'createdAt',
  'updatedAt',
] as const
export type ExportField = (typeof exportFields)[number]

/** What an import has of them, and takes beside. */
export const importFields: readonly string[] = [
  ...exportFields.filter((field) => !['id', 'roles', 'bannedAt', 'updatedAt'].includes(field)),
  'passwordHash',
]
