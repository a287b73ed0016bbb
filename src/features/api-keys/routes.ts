import * as z from 'zod'
import { PageQuery } from '#core/pagination'
import { insufficientUserAuthentication, missingPermission, notFound, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { idempotent } from '#http/idempotent'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { answerOnce } from '../idempotency/answer-once'
import { idempotencyKeyReused } from '../idempotency/problems'
import { ApiKey, ApiKeyChange, ApiKeyPage, ApiKeyRoll, CreatedApiKey, type KeyDoor, NewApiKey } from './contract'
import { createApiKey } from './create-api-key'
import { getApiKey } from './get-api-key'
import { listApiKeys } from './list-api-keys'
import { alreadyRolled, tooManyApiKeys } from './problems'
import { requireOwnKeys } from './require-own-keys'
import { revokeApiKey } from './revoke-api-key'
import { rollApiKey } from './roll-api-key'
import { updateApiKey } from './update-api-key'

type Params = z.ZodType<Record<string, string>, Record<string, string>>

const refusals = [sessionRevoked, insufficientUserAuthentication, missingPermission, notFound]

/**
 * The keys of one kind of owner.
 * @param toDoor who may do something with the keys of the owner that the address names
 * @param owner the parameters that name it
 * @param one the same, with `keyId`
 */
const keyRoutes = <Owner extends Params, One extends z.ZodType<{ keyId: string }, { keyId: string }>>(
  toDoor: (params: Record<string, string>) => KeyDoor,
  owner: Owner,
  one: One,
) =>
  createRouter()
    .get(
      '/',
      describe({
        summary: 'API keys',
        caller: 'user',
        answers: { 200: { description: 'Those that were not revoked, oldest first.', schema: ApiKeyPage } },
        problems: refusals,
      }),
      validate('param', owner),
      validate('query', PageQuery),
      async (c) => c.json(await listApiKeys(c.get('ctx'), toDoor(c.req.param()), c.req.valid('query')), 200),
    )
    .post(
      '/',
      describe({
        summary: 'Make an API key',
        description: 'Its scopes are among what its owner and its maker may do.',
        caller: 'user',
        answers: { 201: { description: 'The key, shown this once.', schema: CreatedApiKey } },
        problems: [...refusals, tooManyApiKeys, idempotencyKeyReused],
      }),
      validate('param', owner),
      validate('json', NewApiKey),
      idempotent(answerOnce),
      async (c) => c.json(await createApiKey(c.get('ctx'), toDoor(c.req.param()), c.req.valid('json')), 201),
    )
    .get(
      '/:keyId',
      describe({
        summary: 'An API key',
        caller: 'user',
        answers: { 200: { description: 'All but the key itself.', schema: ApiKey } },
        problems: refusals,
      }),
      validate('param', one),
      async (c) => c.json(await getApiKey(c.get('ctx'), toDoor(c.req.param()), c.req.valid('param')), 200),
    )
    .patch(
      '/:keyId',
      describe({
        summary: 'Change an API key',
        description: 'Scopes can only be taken away.',
        caller: 'user',
        answers: { 200: { description: 'The key as it is now.', schema: ApiKey } },
        problems: refusals,
      }),
      validate('param', one),
      validate('json', ApiKeyChange),
      async (c) => {
        const change = { ...c.req.valid('json'), keyId: c.req.valid('param').keyId }
        return c.json(await updateApiKey(c.get('ctx'), toDoor(c.req.param()), change), 200)
      },
    )
    .delete(
      '/:keyId',
      describe({
        summary: 'Revoke an API key',
        description: 'It is accepted nowhere any more within ten seconds.',
        caller: 'user',
        answers: { 204: { description: 'It is revoked, or was before.' } },
        problems: refusals,
      }),
      validate('param', one),
      async (c) => {
        await revokeApiKey(c.get('ctx'), toDoor(c.req.param()), c.req.valid('param'))
        return c.body(null, 204)
      },
    )
    .post(
      '/:keyId/roll',
      describe({
        summary: 'Replace an API key',
        description: 'By one with the same properties. The old one is accepted until the overlap is over.',
        caller: 'user',
        answers: { 201: { description: 'The new key, shown this once.', schema: CreatedApiKey } },
        problems: [...refusals, alreadyRolled, idempotencyKeyReused],
      }),
      validate('param', one),
      validate('json', ApiKeyRoll),
      idempotent(answerOnce),
      async (c) => {
        const roll = { ...c.req.valid('json'), keyId: c.req.valid('param').keyId }
        return c.json(await rollApiKey(c.get('ctx'), toDoor(c.req.param()), roll), 201)
      },
    )

const id = z.uuid()

/** The keys of the signed-in person. */
export const apiKeys = createRouter().route(
  '/api-keys',
  keyRoutes(() => requireOwnKeys, z.object({}), z.object({ keyId: id })),
)

/** The keys of an organization. */
export const organizationKeys = (toDoor: (params: Record<string, string>) => KeyDoor) =>
  createRouter().route('/organizations/:id/api-keys', keyRoutes(toDoor, z.object({ id }), z.object({ id, keyId: id })))

/** The keys of an organization's service accounts. */
export const organizationAccountKeys = (toDoor: (params: Record<string, string>) => KeyDoor) =>
  createRouter().route(
    '/organizations/:id/service-accounts/:serviceAccountId/api-keys',
    keyRoutes(toDoor, z.object({ id, serviceAccountId: id }), z.object({ id, serviceAccountId: id, keyId: id })),
  )

/** The keys of the platform's service accounts. */
export const platformAccountKeys = (toDoor: (params: Record<string, string>) => KeyDoor) =>
  createRouter().route(
    '/admin/service-accounts/:serviceAccountId/api-keys',
    keyRoutes(toDoor, z.object({ serviceAccountId: id }), z.object({ serviceAccountId: id, keyId: id })),
  )
