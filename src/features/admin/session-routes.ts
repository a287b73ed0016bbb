import { PageQuery, pageOf } from '#core/pagination'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { Session } from '../sessions/contract'
import { UserParams, UserSessionParams } from './contract'
import { endUserSession } from './end-user-session'
import { listUserSessions } from './list-user-sessions'
import { targetAboveOwn } from './problems'
import { signOutUser } from './sign-out-user'
import { staffProblems } from './staff-problems'

export const staffSessions = createRouter()
  .get(
    '/admin/users/:id/sessions',
    describe({
      summary: 'Somebody’s sessions',
      description: 'Wants `users:read`.',
      caller: 'user',
      answers: { 200: { description: 'Live sessions, newest first.', schema: pageOf(Session) } },
      problems: staffProblems,
    }),
    validate('param', UserParams),
    validate('query', PageQuery),
    async (c) => c.json(await listUserSessions(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .delete(
    '/admin/users/:id/sessions',
    describe({
      summary: 'End all of somebody’s sessions',
      description: 'Wants `users:sign-out`, and that the person may do no more than the caller.',
      caller: 'user',
      answers: { 204: { description: 'None is left.' } },
      problems: [...staffProblems, targetAboveOwn],
    }),
    validate('param', UserParams),
    async (c) => {
      await signOutUser(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  .delete(
    '/admin/users/:id/sessions/:sessionId',
    describe({
      summary: 'End one of somebody’s sessions',
      description: 'Wants `users:sign-out`, and that the person may do no more than the caller.',
      caller: 'user',
      answers: { 204: { description: 'It has ended.' } },
      problems: [...staffProblems, targetAboveOwn],
    }),
    validate('param', UserSessionParams),
    async (c) => {
      await endUserSession(c.get('ctx'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )
