import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { getStatistics } from './get-statistics'
import { staffProblems } from './staff-problems'
import { Statistics, StatisticsQuery } from './statistics-contract'

export const statistics = createRouter().get(
  '/admin/statistics',
  describe({
    summary: 'Sign-ups, log-ins, failures and active people by day',
    description: 'Wants `statistics:read`.',
    caller: 'user',
    answers: { 200: { description: 'Every day of the span, and totals of now.', schema: Statistics } },
    problems: staffProblems,
  }),
  validate('query', StatisticsQuery),
  async (c) => c.json(await getStatistics(c.get('ctx'), c.req.valid('query')), 200),
)
