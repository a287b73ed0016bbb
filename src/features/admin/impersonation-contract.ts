import * as z from 'zod'
import { instant } from '#core/instant'

export const NewImpersonation = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .min(10)
      .max(500)
      .meta({ description: 'The person sees it.', example: 'Ticket 1815: the report can’t be opened.' }),
    durationSeconds: z.int().min(60).max(3600).default(900).meta({ description: 'When it ends at the latest.' }),
  })
  .meta({ id: 'NewImpersonation' })
export type NewImpersonation = z.output<typeof NewImpersonation>

const Somebody = z.object({ id: z.uuid(), email: z.string(), name: z.string().nullable() })

export const Impersonation = z
  .object({
    sessionId: z.uuid(),
    user: Somebody,
    impersonator: Somebody.meta({ description: 'Who acts as the user.' }),
    reason: z.string(),
    createdAt: instant,
    lastUsedAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'Impersonation' })
export type Impersonation = z.output<typeof Impersonation>

export const ImpersonationParams = z.strictObject({ sessionId: z.uuid() })

/** As its list selects it; `id` is the session's. */
export interface ImpersonationRow {
  id: string
  userId: string
  userEmail: string
  userName: string | null
  impersonatorId: string
  impersonatorEmail: string
  impersonatorName: string | null
  reason: string
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
}

export const toImpersonation = (row: ImpersonationRow): Impersonation => ({
  sessionId: row.id,
  user: { id: row.userId, email: row.userEmail, name: row.userName },
  impersonator: { id: row.impersonatorId, email: row.impersonatorEmail, name: row.impersonatorName },
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
})
