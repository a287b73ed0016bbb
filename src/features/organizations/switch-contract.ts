import * as z from 'zod'

export const OrganizationSwitch = z
  .strictObject({
    organizationId: z.uuid().nullable().meta({ description: 'Whom to act for; null for nobody but oneself.' }),
  })
  .meta({ id: 'OrganizationSwitch' })
export type OrganizationSwitch = z.output<typeof OrganizationSwitch>
