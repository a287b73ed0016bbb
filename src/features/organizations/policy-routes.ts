import { insufficientUserAuthentication, missingPermission, notFound, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { getPolicies } from './get-policies'
import { OrganizationPolicies } from './organization-contract'
import { OfOrganization } from './path-contract'
import { OrganizationPoliciesChange } from './policy-contract'
import { organizationPolicyUnmet } from './problems'
import { setPolicies } from './set-policies'

/** What every route of an organization may answer: see `requireMember`. */
const refusals = [sessionRevoked, notFound, insufficientUserAuthentication, organizationPolicyUnmet, missingPermission]

export const policies = createRouter()
  .get(
    '/organizations/:id/policies',
    describe({
      summary: 'How members of an organization must log in',
      caller: 'user',
      answers: { 200: { description: 'Its policies.', schema: OrganizationPolicies } },
      problems: refusals,
    }),
    validate('param', OfOrganization),
    async (c) => c.json(await getPolicies(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .put(
    '/organizations/:id/policies',
    describe({
      summary: 'Say how members of an organization must log in',
      description: 'The session that asks must meet them itself; what it lacks is the answer then.',
      caller: 'user',
      answers: { 200: { description: 'Its policies.', schema: OrganizationPolicies } },
      problems: refusals,
    }),
    validate('param', OfOrganization),
    validate('json', OrganizationPoliciesChange),
    async (c) => c.json(await setPolicies(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
