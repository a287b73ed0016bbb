import * as z from 'zod'
import { exportFields, formats } from '#core/bulk-operations'
import { declaredObject, ProfileChanges } from '../profiles/contract'

export const Format = z.enum(formats)

export const ImportQuery = z.strictObject({
  format: Format.default('ndjson').meta({ description: 'What the body is.' }),
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Checks every row, and makes no account.' })
    .transform((text) => text === 'true'),
})
export type ImportQuery = z.output<typeof ImportQuery>

const instant = z.iso.datetime()

/** Which accounts are meant: those to which all of it applies. Closed ones never are. */
export const UserFilter = z
  .strictObject({
    emailDomain: z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9.-]{1,253}$/)
      .optional()
      .meta({ example: 'example.com' }),
    emailVerified: z.boolean().optional(),
    banned: z.boolean().optional(),
    role: z.string().min(1).max(64).optional().meta({ example: 'support' }),
    createdAfter: instant.optional(),
    createdBefore: instant.optional(),
  })
  .meta({ id: 'UserFilter' })
export type UserFilter = z.output<typeof UserFilter>

export const ExportRequest = z
  .strictObject({
    format: Format,
    filter: UserFilter.default({}),
    fields: z.array(z.enum(exportFields)).min(1).max(exportFields.length).optional(),
  })
  .meta({ id: 'ExportRequest' })
export type ExportRequest = z.output<typeof ExportRequest>

const { locale, timeZone } = ProfileChanges.shape
const nothing = z.null().optional()

/** What many accounts may have in common; of what is each one's own, nothing but that it goes. */
export const GroupChanges = z
  .strictObject({
    locale,
    timeZone,
    name: nothing,
    bio: nothing,
    phone: nothing,
    address: nothing,
    website: nothing,
    attributes: declaredObject('What the operator declares, the operator’s own too; null removes one.').optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, { error: 'Say what is to change.' })
  .meta({ id: 'GroupChanges', example: { locale: 'de' } })
export type GroupChanges = z.output<typeof GroupChanges>

export const mostIds = 10_000

export const BulkRequest = z
  .strictObject({
    action: z.enum(['update', 'delete']),
    ids: z.array(z.uuid()).min(1).max(mostIds).optional(),
    filter: UserFilter.refine((filter) => Object.keys(filter).length > 0, { error: 'Say which accounts.' }).optional(),
    changes: GroupChanges.optional(),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), { error: 'Give ids or a filter.' })
  .refine(({ action, changes }) => (action === 'update') === (changes !== undefined), {
    error: 'Changes are for updates.',
    path: ['changes'],
  })
  .meta({ id: 'BulkRequest' })
export type BulkRequest = z.output<typeof BulkRequest>
