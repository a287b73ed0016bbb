import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { Account } from './account-contract'
import { Ban } from './ban-contract'
import { banUser } from './ban-user'
import { UserParams } from './contract'
import { ownAccount, targetAboveOwn } from './problems'
import { resetUserFactors } from './reset-user-factors'
import { staffProblems } from './staff-problems'
import { unbanUser } from './unban-user'
import { unlockUser } from './unlock-user'

export const staffBans = createRouter()
  .post(
    '/admin/users/:id/ban',
    describe({
      summary: 'Ban somebody',
      description:
        'Wants `users:ban`, shown a moment ago, and that the person may do no more than the caller. Sessions end, and nothing lets them in until it ends; a ban before is replaced.',
      caller: 'user',
      answers: { 200: { description: 'The account, banned.', schema: Account } },
      problems: [...staffProblems, targetAboveOwn, ownAccount],
    }),
    validate('param', UserParams),
    validate('json', Ban),
    async (c) => c.json(await banUser(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .delete(
    '/admin/users/:id/ban',
    describe({
      summary: 'Let somebody in again',
      description: 'Wants `users:ban`, and that the person may do no more than the caller. Idempotent.',
      caller: 'user',
      answers: { 204: { description: 'They are not banned.' } },
      problems: [...staffProblems, targetAboveOwn],
    }),
    validate('param', UserParams),
    async (c) => {
      await unbanUser(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  .post(
    '/admin/users/:id/unlock',
    describe({
      summary: 'End the lock that failed log-ins brought',
      description: 'Wants `users:unlock`. Idempotent.',
      caller: 'user',
      answers: { 204: { description: 'The account is not locked.' } },
      problems: staffProblems,
    }),
    validate('param', UserParams),
    async (c) => {
      await unlockUser(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  .post(
    '/admin/users/:id/reset-factors',
    describe({
      summary: 'Take away somebody’s second factors',
      description:
        'Wants `users:reset-factors`, shown a moment ago, and that the person may do no more than the caller. Apps, passkeys, recovery codes and trusted devices are gone, sessions end, and the person is told by mail.',
      caller: 'user',
      answers: { 204: { description: 'They have none.' } },
      problems: [...staffProblems, targetAboveOwn],
    }),
    validate('param', UserParams),
    async (c) => {
      await resetUserFactors(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
