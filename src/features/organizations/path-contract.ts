import * as z from 'zod'

/** What is in the paths of an organization's things. */
export const OfOrganization = z.strictObject({ id: z.uuid() })
export const OfTeam = z.strictObject({ id: z.uuid(), teamId: z.uuid() })
export type OfTeam = z.output<typeof OfTeam>
export const OfTeamMember = z.strictObject({ id: z.uuid(), teamId: z.uuid(), userId: z.uuid() })
export type OfTeamMember = z.output<typeof OfTeamMember>
export const OfDomain = z.strictObject({ id: z.uuid(), domainId: z.uuid() })
export type OfDomain = z.output<typeof OfDomain>
