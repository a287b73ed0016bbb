import { PageQuery, pageOf } from '#core/pagination'
import { impersonationRefused } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { TokenSet } from '../sessions/contract'
import { UserParams } from './contract'
import { endImpersonation } from './end-impersonation'
import { impersonateUser } from './impersonate-user'
import { Impersonation, ImpersonationParams, NewImpersonation } from './impersonation-contract'
import { listImpersonations } from './list-impersonations'
import { accountNotOpen, targetAboveOwn } from './problems'
import { staffProblems } from './staff-problems'

export const impersonations = createRouter()
  .post(
    '/admin/users/:id/impersonate',
    describe({
      summary: 'Act as somebody for a while',
      description:
        'Wants `users:impersonate`, shown a moment ago, and that the person may do less than the caller. The tokens carry `act`, change nothing that the person logs in with, and end with the caller’s session. The person is told, with the reason.',
      caller: 'user',
      answers: { 201: { description: 'Tokens of a session of the person.', schema: TokenSet } },
      problems: [...staffProblems, targetAboveOwn, accountNotOpen, impersonationRefused],
    }),
    validate('param', UserParams),
    validate('json', NewImpersonation),
    async (c) => c.json(await impersonateUser(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .get(
    '/admin/impersonations',
    describe({
      summary: 'Who acts as somebody else right now',
      description: 'Wants `users:read`.',
      caller: 'user',
      answers: { 200: { description: 'Newest first.', schema: pageOf(Impersonation) } },
      problems: staffProblems,
    }),
    validate('query', PageQuery),
    async (c) => c.json(await listImpersonations(c.get('ctx'), c.req.valid('query')), 200),
  )
  .delete(
    '/admin/impersonations/:sessionId',
    describe({
      summary: 'End an impersonation',
      description: 'Wants `users:impersonate`.',
      caller: 'user',
      answers: { 204: { description: 'It has ended.' } },
      problems: staffProblems,
    }),
    validate('param', ImpersonationParams),
    async (c) => {
      await endImpersonation(c.get('ctx'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )
