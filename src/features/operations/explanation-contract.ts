import * as z from 'zod'

export const ExplainedRequest = z.strictObject({
  requestId: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{8,128}$/)
    .meta({ description: 'The `X-Request-Id` of the answer, or `requestId` of its problem.' }),
})

const ExplainedRefusal = z.object({
  occurredAt: z.iso.datetime(),
  method: z.string(),
  route: z.string().meta({ description: 'The template; `*` where the path has no such method.' }),
  status: z.int(),
  problem: z.object({ code: z.string(), title: z.string() }),
  check: z
    .looseObject({ check: z.string().meta({ example: 'limit' }) })
    .nullable()
    .meta({
      description:
        'Which check it was, and what it looked at: names and numbers, and nothing that somebody sent. Null where the code says all.',
    }),
  rejected: z.string().nullable().meta({
    description: 'The code of the problem with a credential that came along and was not accepted.',
  }),
  outages: z.array(z.string()).meta({ description: 'What was done without, and how.', example: ['redis:local'] }),
  caller: z.object({ kind: z.string(), userId: z.uuid().nullable() }),
  traceId: z.string().nullable(),
})

const ExplainedEvent = z.object({
  id: z.uuid(),
  occurredAt: z.iso.datetime(),
  type: z.string(),
  outcome: z.string(),
  userId: z.uuid().nullable(),
  data: z.record(z.string(), z.unknown()),
})

export const Explanation = z
  .object({
    requestId: z.string(),
    refusals: z.array(ExplainedRefusal).meta({ description: 'Newest first: callers may use an id again.' }),
    events: z.array(ExplainedEvent).meta({ description: 'What the record says of these requests, newest first.' }),
  })
  .meta({ id: 'Explanation' })
export type Explanation = z.output<typeof Explanation>
