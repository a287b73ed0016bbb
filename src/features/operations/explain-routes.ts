import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { staffProblems } from '../admin/staff-problems'
import { explainRequest } from './explain-request'
import { ExplainedRequest, Explanation } from './explanation-contract'

export const explanations = createRouter().get(
  '/admin/explain/:requestId',
  describe({
    summary: 'Which check refused a request',
    description: 'Wants `requests:explain`. By the id that the answer told, for a day.',
    caller: 'user',
    answers: { 200: { description: 'Each refusal of this id, and what was recorded.', schema: Explanation } },
    problems: staffProblems,
  }),
  validate('param', ExplainedRequest),
  async (c) => c.json(await explainRequest(c.get('ctx'), c.req.valid('param').requestId), 200),
)
