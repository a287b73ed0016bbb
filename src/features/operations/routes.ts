import { notFound } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { checkReadiness } from './check-readiness'
import { Liveness, Policy, Readiness } from './contract'
import { getPolicy } from './get-policy'
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
    async (c) => c.json(await checkReadiness(c.get('ctx')), 200),
  )

export const internal = createRouter().get(
  '/policy',
  describe({
    summary: 'What each route is limited by, and does while a dependency is away',
    description:
      'For operators: with OPERATOR_TOKEN as the bearer token. Without that setting, outside production only.',
    caller: 'anyone',
    answers: { 200: { description: 'The table, and what of it is in force.', schema: Policy } },
    problems: [notFound],
  }),
  async (c) => c.json(await getPolicy(c.get('ctx'), c.req.header('authorization')), 200),
)
