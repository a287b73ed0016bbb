import { pageOf } from '#core/pagination'
import { preconditionFailed } from '#core/problems'
import { describe } from '#http/describe'
import { omitKnown, readPrecondition, withEntityTag } from '#http/entity-tags'
import { idempotent } from '#http/idempotent'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { emailTaken, passwordCheckUnavailable } from '../accounts/problems'
import { ErasureAnswer } from '../data-rights/contract'
import { answerOnce } from '../idempotency/answer-once'
import { idempotencyKeyReused } from '../idempotency/problems'
import { ActivityItem, ActivityQuery } from '../profiles/activity-contract'
import { Account, AccountChanges, AccountPage, NewAccount } from './account-contract'
import { checkNewAccount } from './check-new-account'
import { UserParams } from './contract'
import { createUser } from './create-user'
import { deleteUser } from './delete-user'
import { getUser } from './get-user'
import { listUserActivity } from './list-user-activity'
import { accountNotOpen, ownAccount, targetAboveOwn } from './problems'
import { AccountQuery } from './search-contract'
import { searchUsers } from './search-users'
import { staffProblems } from './staff-problems'
import { updateUser } from './update-user'

export const staffUsers = createRouter()
  .get(
    '/admin/users',
    describe({
      summary: 'Search accounts',
      description: 'Wants `users:read`.',
      caller: 'user',
      answers: { 200: { description: 'Those that fulfil all that is asked, newest first.', schema: AccountPage } },
      problems: staffProblems,
    }),
    validate('query', AccountQuery),
    async (c) => c.json(await searchUsers(c.get('ctx'), c.req.valid('query')), 200),
  )
  .post(
    '/admin/users',
    describe({
      summary: 'Make an account',
      description:
        'Wants `users:create`. Without a password, the person gets a mail to set one. Takes an `Idempotency-Key`.',
      caller: 'user',
      answers: { 201: { description: 'The account.', schema: Account, headers: { location: 'Where it is.' } } },
      problems: [...staffProblems, emailTaken, passwordCheckUnavailable, idempotencyKeyReused],
    }),
    validate('json', NewAccount),
    async (c, next) => {
      await checkNewAccount(c.get('ctx'), c.req.valid('json'))
      await next()
    },
    idempotent(answerOnce),
    async (c) => {
      const account = withEntityTag(c, await createUser(c.get('ctx'), c.req.valid('json')))
      c.header('location', `/v1/admin/users/${account.id}`)
      return c.json(account, 201)
    },
  )
  .get(
    '/admin/users/:id',
    describe({
      summary: 'An account',
      description: 'Wants `users:read`. The answer has an `ETag`.',
      caller: 'user',
      answers: {
        200: { description: 'All that staff see of it.', schema: Account },
        304: { description: 'It is as the caller knows it.' },
      },
      problems: staffProblems,
    }),
    omitKnown,
    validate('param', UserParams),
    async (c) => c.json(withEntityTag(c, await getUser(c.get('ctx'), c.req.valid('param').id)), 200),
  )
  .patch(
    '/admin/users/:id',
    describe({
      summary: 'Change an account',
      description:
        'Wants `users:update`, and that the person may do no more than the caller. Fields that are absent stay as they are; null clears one. With an `ETag` in `If-Match` only if nothing changed since.',
      caller: 'user',
      answers: { 200: { description: 'The account after the change.', schema: Account } },
      problems: [...staffProblems, targetAboveOwn, preconditionFailed, emailTaken],
    }),
    validate('param', UserParams),
    validate('json', AccountChanges),
    async (c) => {
      const { id } = c.req.valid('param')
      const changed = await updateUser(c.get('ctx'), id, c.req.valid('json'), readPrecondition(c))
      return c.json(withEntityTag(c, changed), 200)
    },
  )
  .delete(
    '/admin/users/:id',
    describe({
      summary: 'Delete an account',
      description:
        'Wants `users:delete`, shown a moment ago, and that the person may do no more than the caller. It is closed at once and erased after the grace period, unless its owner takes that back by the mailed link.',
      caller: 'user',
      answers: { 202: { description: 'It is closed.', schema: ErasureAnswer } },
      problems: [...staffProblems, targetAboveOwn, ownAccount, accountNotOpen],
    }),
    validate('param', UserParams),
    async (c) => c.json(await deleteUser(c.get('ctx'), c.req.valid('param').id), 202),
  )
  .get(
    '/admin/users/:id/activity',
    describe({
      summary: 'What happened to somebody’s account',
      description: 'Wants `users:read`.',
      caller: 'user',
      answers: { 200: { description: 'Newest first.', schema: pageOf(ActivityItem) } },
      problems: staffProblems,
    }),
    validate('param', UserParams),
    validate('query', ActivityQuery),
    async (c) => c.json(await listUserActivity(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')), 200),
  )
