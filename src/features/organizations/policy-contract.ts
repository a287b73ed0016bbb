import * as z from 'zod'

export const OrganizationPoliciesChange = z
  .strictObject({
    requiresSecondFactor: z
      .boolean()
      .meta({ description: 'Whether members must have shown a second factor where they act for the organization.' }),
    allowedMethods: z
      .array(z.enum(['password', 'email', 'passkey', 'federation']))
      .min(1)
      .max(4)
      .refine((methods) => new Set(methods).size === methods.length, { message: 'Name each method once.' })
      .nullable()
      .meta({ description: 'How they must have logged in; null for any way.', example: ['passkey', 'federation'] }),
    sessionSeconds: z
      .int()
      .min(300)
      .max(31_536_000)
      .nullable()
      .meta({ description: 'How long after they showed who they are they may act for it; null for any time.' }),
  })
  .meta({ id: 'OrganizationPoliciesChange' })
export type OrganizationPoliciesChange = z.output<typeof OrganizationPoliciesChange>
