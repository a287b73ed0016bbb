import * as z from 'zod'

export const Liveness = z.object({ status: z.literal('live') }).meta({ id: 'Liveness' })

export const Readiness = z
  .object({
    status: z.literal('ready'),
    dependencies: z.object({
      database: z.object({
        status: z.enum(['up', 'down']),
        schema: z.enum(['current', 'behind', 'ahead', 'too-new', 'unknown']).meta({
          description: 'Beside that of this build. Of `too-new` an older build like this may not serve any more.',
        }),
        missing: z
          .array(z.string())
          .optional()
          .meta({
            description: 'Migrations that are not applied, where it is behind.',
            example: ['0008_observability'],
          }),
        remedy: z
          .string()
          .optional()
          .meta({ description: 'What to do, for the operator.', example: 'Run: bun postern migrate' }),
      }),
      redis: z.object({ status: z.enum(['up', 'down', 'absent']) }).meta({
        description: 'Without it the instance is ready all the same: see docs/limits.md for what routes do then.',
      }),
    }),
  })
  .meta({ id: 'Readiness' })
export type Readiness = z.output<typeof Readiness>
export type Dependencies = Readiness['dependencies']

const Mode = z.enum(['closed', 'open', 'local', 'queued'])

export const Policy = z
  .object({
    limits: z.record(z.string(), z.object({ limit: z.int(), windowSeconds: z.int() })),
    routes: z.array(
      z.object({
        route: z.string().meta({ example: 'POST /v1/auth/login' }),
        limits: z.array(z.string()),
        without: z.record(z.string(), Mode).meta({ description: 'What the route does while a dependency is away.' }),
      }),
    ),
    outages: z
      .array(
        z.object({
          dependency: z.string(),
          mode: Mode,
          inForce: z.boolean(),
          count: z.int(),
          firstAt: z.iso.datetime(),
          lastAt: z.iso.datetime(),
        }),
      )
      .meta({
        description: 'How often this process or isolate did without a dependency; in force within the last minute.',
      }),
  })
  .meta({ id: 'Policy' })
export type Policy = z.output<typeof Policy>
