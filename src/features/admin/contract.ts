import * as z from 'zod'

export const UserParams = z.strictObject({ id: z.uuid() })
export const UserSessionParams = z.strictObject({ id: z.uuid(), sessionId: z.uuid() })
