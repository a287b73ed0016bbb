import * as z from 'zod'
import { instant } from '#core/instant'
import { pageOf } from '#core/pagination'
import { isPlainText } from '#core/text'

export const TeamName = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .refine(isPlainText, { message: 'Give one line, without control characters.' })
      .meta({ example: 'Engines' }),
  })
  .meta({ id: 'TeamName' })
export type TeamName = z.output<typeof TeamName>

export const Team = z.object({ id: z.uuid(), name: z.string(), createdAt: instant }).meta({ id: 'Team' })
export type Team = z.output<typeof Team>
export const TeamPage = pageOf(Team)

export const TeamMember = z
  .object({ userId: z.uuid(), name: z.string().nullable(), email: z.string(), joinedAt: instant })
  .meta({ id: 'TeamMember' })
export type TeamMember = z.output<typeof TeamMember>
export const TeamMemberPage = pageOf(TeamMember)

/** A team as statements select it. */
export interface TeamRow {
  id: string
  name: string
  createdAt: Date
}

export const toTeam = ({ id, name, createdAt }: TeamRow): Team => ({ id, name, createdAt: createdAt.toISOString() })

/** Somebody in a team; `id` is the person's. */
export interface TeamMemberRow {
  id: string
  name: string | null
  email: string
  joinedAt: Date
}

export const toTeamMember = ({ id, name, email, joinedAt }: TeamMemberRow): TeamMember => ({
  userId: id,
  name,
  email,
  joinedAt: joinedAt.toISOString(),
})
