import * as z from 'zod'

const OwnRole = z.object({ name: z.string(), expiresAt: z.iso.datetime().nullable() })

const ActiveOrganization = z.object({
  id: z.uuid(),
  slug: z.string(),
  role: z.string(),
  permissions: z.array(z.string()),
})

/** What somebody may do, as of now. */
export const OwnAccess = z
  .object({
    roles: z.array(OwnRole),
    permissions: z.array(z.string()),
    organization: ActiveOrganization.nullable().meta({ description: 'The one that this session acts for.' }),
  })
  .meta({ id: 'OwnAccess' })
export type OwnAccess = z.output<typeof OwnAccess>
