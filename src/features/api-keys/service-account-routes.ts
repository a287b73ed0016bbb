import * as z from 'zod'
import { PageQuery } from '#core/pagination'
import { insufficientUserAuthentication, missingPermission, notFound, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { idempotent } from '#http/idempotent'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { answerOnce } from '../idempotency/answer-once'
import { idempotencyKeyReused } from '../idempotency/problems'
import {
  type AccountDoor,
  NewServiceAccount,
  ServiceAccount,
  ServiceAccountChange,
  ServiceAccountPage,
} from './contract'
import { createServiceAccount } from './create-service-account'
import { deleteServiceAccount } from './delete-service-account'
import { getServiceAccount } from './get-service-account'
import { listServiceAccounts } from './list-service-accounts'
import { updateServiceAccount } from './update-service-account'

type Params = z.ZodType<Record<string, string>, Record<string, string>>
type ToDoor = (params: Record<string, string>) => AccountDoor

const refusals = [sessionRevoked, insufficientUserAuthentication, missingPermission, notFound]

const accountRoutes = <
  Owner extends Params,
  One extends z.ZodType<{ serviceAccountId: string }, { serviceAccountId: string }>,
>(
  toDoor: ToDoor,
  owner: Owner,
  one: One,
) =>
  createRouter()
    .get(
      '/',
      describe({
        summary: 'Service accounts',
        caller: 'user',
        answers: { 200: { description: 'Programs that sign in for themselves.', schema: ServiceAccountPage } },
        problems: refusals,
      }),
      validate('param', owner),
      validate('query', PageQuery),
      async (c) => c.json(await listServiceAccounts(c.get('ctx'), toDoor(c.req.param()), c.req.valid('query')), 200),
    )
    .post(
      '/',
      describe({
        summary: 'Make a service account',
        description: 'It may do what its maker may, or less.',
        caller: 'user',
        answers: { 201: { description: 'Make a key for it next.', schema: ServiceAccount } },
        problems: [...refusals, idempotencyKeyReused],
      }),
      validate('param', owner),
      validate('json', NewServiceAccount),
      idempotent(answerOnce),
      async (c) => c.json(await createServiceAccount(c.get('ctx'), toDoor(c.req.param()), c.req.valid('json')), 201),
    )
    .get(
      '/:serviceAccountId',
      describe({
        summary: 'A service account',
        caller: 'user',
        answers: { 200: { description: 'As it is.', schema: ServiceAccount } },
        problems: refusals,
      }),
      validate('param', one),
      async (c) => {
        const { serviceAccountId } = c.req.valid('param')
        return c.json(await getServiceAccount(c.get('ctx'), toDoor(c.req.param()), serviceAccountId), 200)
      },
    )
    .patch(
      '/:serviceAccountId',
      describe({
        summary: 'Change or disable a service account',
        caller: 'user',
        answers: { 200: { description: 'As it is now.', schema: ServiceAccount } },
        problems: refusals,
      }),
      validate('param', one),
      validate('json', ServiceAccountChange),
      async (c) => {
        const change = { ...c.req.valid('json'), id: c.req.valid('param').serviceAccountId }
        return c.json(await updateServiceAccount(c.get('ctx'), toDoor(c.req.param()), change), 200)
      },
    )
    .delete(
      '/:serviceAccountId',
      describe({
        summary: 'Delete a service account with its keys',
        caller: 'user',
        answers: { 204: { description: 'It is gone.' } },
        problems: refusals,
      }),
      validate('param', one),
      async (c) => {
        const { serviceAccountId } = c.req.valid('param')
        await deleteServiceAccount(c.get('ctx'), toDoor(c.req.param()), serviceAccountId)
        return c.body(null, 204)
      },
    )

const id = z.uuid()

/** The service accounts of an organization. */
export const organizationAccounts = (toDoor: ToDoor) =>
  createRouter().route(
    '/organizations/:id/service-accounts',
    accountRoutes(toDoor, z.object({ id }), z.object({ id, serviceAccountId: id })),
  )

/** The service accounts of the platform. */
export const platformAccounts = (toDoor: ToDoor) =>
  createRouter().route(
    '/admin/service-accounts',
    accountRoutes(toDoor, z.object({}), z.object({ serviceAccountId: id })),
  )
