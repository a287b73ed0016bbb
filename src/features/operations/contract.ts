import * as z from 'zod'

export const Liveness = z.object({ status: z.literal('live') }).meta({ id: 'Liveness' })

export const Readiness = z
  .object({
    status: z.literal('ready'),
    dependencies: z.object({
      database: z.object({ status: z.enum(['up', 'down']), schema: z.enum(['current', 'behind', 'unknown']) }),
    }),
  })
  .meta({ id: 'Readiness' })
export type Readiness = z.output<typeof Readiness>
export type Dependencies = Readiness['dependencies']
