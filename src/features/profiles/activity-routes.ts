import { pageOf } from '#core/pagination'
import { sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { ActivityItem, ActivityQuery } from './activity-contract'
import { listActivity } from './list-activity'

export const activity = createRouter().get(
  '/me/activity',
  describe({
    summary: 'What happened to my account',
    description:
      'Log-ins, right and wrong, sessions that ended, and changes of the account, each with the device, the address and the place that it came from, as far as they are known and kept.',
    caller: 'user',
    answers: { 200: { description: 'Newest first.', schema: pageOf(ActivityItem) } },
    problems: [sessionRevoked],
  }),
  validate('query', ActivityQuery),
  async (c) => c.json(await listActivity(c.get('ctx'), c.req.valid('query')), 200),
)
