import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { checkReadiness } from './check-readiness'
import { Liveness, Readiness } from './contract'
import { notReady } from './problems'

export const health = createRouter()
  .get(
    '/live',
    describe({
      summary: 'Whether the process runs',
      description: 'Touches no dependency.',
      caller: 'anyone',
      answers: { 200: { description: 'It runs.', schema: Liveness } },
    }),
    (c) => c.json({ status: 'live' } as const, 200),
  )
  .get(
    '/ready',
    describe({
      summary: 'Whether requests can be served',
      description: 'Names each dependency. The problem of a 503 names them too.',
      caller: 'anyone',
      answers: { 200: { description: 'Everything is there.', schema: Readiness } },
      problems: [notReady],
    }),
    async (c) => c.json(await checkReadiness(c.var.ctx), 200),
  )
