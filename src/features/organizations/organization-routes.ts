import { PageQuery, pageOf } from '#core/pagination'
import { insufficientUserAuthentication, missingPermission, notFound, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { idempotent } from '#http/idempotent'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { answerOnce } from '../idempotency/answer-once'
import { idempotencyKeyReused } from '../idempotency/problems'
import { emailUnverified } from '../profiles/problems'
import { createOrganization } from './create-organization'
import { deleteOrganization } from './delete-organization'
import { getOrganization } from './get-organization'
import { listOrganizations } from './list-organizations'
import {
  NewOrganization,
  Organization,
  OrganizationChanges,
  OrganizationParams,
  Transfer,
} from './organization-contract'
import { limitReached, organizationPolicyUnmet, slugTaken } from './problems'
import { transferOrganization } from './transfer-organization'
import { updateOrganization } from './update-organization'

const ofMembers = [sessionRevoked, notFound, insufficientUserAuthentication, organizationPolicyUnmet]

/** Tenants. To who is no member of one, it does not exist. */
export const organizations = createRouter()
  .post(
    '/organizations',
    describe({
      summary: 'Make an organization',
      description: 'Its owner is the caller, whose address must be proved. Takes `Idempotency-Key`.',
      caller: 'user',
      answers: { 201: { description: 'It is made.', schema: Organization } },
      problems: [sessionRevoked, emailUnverified, slugTaken, limitReached, idempotencyKeyReused],
    }),
    validate('json', NewOrganization),
    idempotent(answerOnce),
    async (c) => c.json(await createOrganization(c.get('ctx'), c.req.valid('json')), 201),
  )
  .get(
    '/organizations',
    describe({
      summary: 'My organizations',
      caller: 'user',
      answers: { 200: { description: 'Newest first.', schema: pageOf(Organization) } },
      problems: [sessionRevoked],
    }),
    validate('query', PageQuery),
    async (c) => c.json(await listOrganizations(c.get('ctx'), c.req.valid('query')), 200),
  )
  .get(
    '/organizations/:id',
    describe({
      summary: 'An organization that I belong to',
      caller: 'user',
      answers: { 200: { description: 'The organization.', schema: Organization } },
      problems: ofMembers,
    }),
    validate('param', OrganizationParams),
    async (c) => c.json(await getOrganization(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .patch(
    '/organizations/:id',
    describe({
      summary: 'Rename an organization',
      caller: 'user',
      answers: { 200: { description: 'As it is now.', schema: Organization } },
      problems: [...ofMembers, missingPermission],
    }),
    validate('param', OrganizationParams),
    validate('json', OrganizationChanges),
    async (c) => c.json(await updateOrganization(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .delete(
    '/organizations/:id',
    describe({
      summary: 'Delete an organization',
      description: 'With all that is its own. For its owner, who showed a moment ago that it is them.',
      caller: 'user',
      answers: { 204: { description: 'It is gone.' } },
      problems: [...ofMembers, missingPermission],
    }),
    validate('param', OrganizationParams),
    async (c) => {
      await deleteOrganization(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  .post(
    '/organizations/:id/transfer',
    describe({
      summary: 'Make another member the owner',
      description: 'For the owner, who showed a moment ago that it is them, and is an admin from then on.',
      caller: 'user',
      answers: { 200: { description: 'It has another owner.', schema: Organization } },
      problems: [...ofMembers, missingPermission, limitReached],
    }),
    validate('param', OrganizationParams),
    validate('json', Transfer),
    async (c) => c.json(await transferOrganization(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
