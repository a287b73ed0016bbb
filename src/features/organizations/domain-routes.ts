import {
  dnsUnavailable,
  insufficientUserAuthentication,
  missingPermission,
  notFound,
  sessionRevoked,
} from '#core/problems'
import { describe } from '#http/describe'
import { idempotent } from '#http/idempotent'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { roleAboveOwn } from '../access/problems'
import { answerOnce } from '../idempotency/answer-once'
import { idempotencyKeyReused } from '../idempotency/problems'
import { changeDomain } from './change-domain'
import { claimDomain } from './claim-domain'
import { DomainChange, DomainClaim, OrganizationDomain, OrganizationDomainList } from './domain-contract'
import { listDomains } from './list-domains'
import { OfDomain, OfOrganization } from './path-contract'
import { domainClaimed, domainTaken, domainUnproved, limitReached, organizationPolicyUnmet } from './problems'
import { removeDomain } from './remove-domain'
import { verifyDomain } from './verify-domain'

/** What every route of an organization may answer: see `requireMember`. */
const refusals = [sessionRevoked, notFound, insufficientUserAuthentication, organizationPolicyUnmet, missingPermission]

export const domains = createRouter()
  .get(
    '/organizations/:id/domains',
    describe({
      summary: 'Domains of an organization',
      caller: 'user',
      answers: { 200: { description: 'Claimed and proved, oldest first.', schema: OrganizationDomainList } },
      problems: refusals,
    }),
    validate('param', OfOrganization),
    async (c) => c.json(await listDomains(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .post(
    '/organizations/:id/domains',
    describe({
      summary: 'Claim a domain',
      description: 'Put `record` into DNS, and have it verified. Until then others may claim it too.',
      caller: 'user',
      answers: { 201: { description: 'The claim, with the record that proves it.', schema: OrganizationDomain } },
      problems: [...refusals, roleAboveOwn, domainClaimed, limitReached, idempotencyKeyReused],
    }),
    validate('param', OfOrganization),
    validate('json', DomainClaim),
    idempotent(answerOnce),
    async (c) => c.json(await claimDomain(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .post(
    '/organizations/:id/domains/:domainId/verify',
    describe({
      summary: 'Prove a domain',
      description:
        'Asks DNS for the record now. One organization has a domain at a time. With `autoJoinRole`, people who have proved addresses of it become members.',
      caller: 'user',
      answers: { 200: { description: 'It is the organization’s.', schema: OrganizationDomain } },
      problems: [...refusals, domainUnproved, domainTaken, dnsUnavailable],
    }),
    validate('param', OfDomain),
    async (c) => c.json(await verifyDomain(c.get('ctx'), c.req.valid('param')), 200),
  )
  .patch(
    '/organizations/:id/domains/:domainId',
    describe({
      summary: 'Say as what people of a domain join',
      description: 'Within what the caller may do; never as owner.',
      caller: 'user',
      answers: { 200: { description: 'The domain.', schema: OrganizationDomain } },
      problems: [...refusals, roleAboveOwn],
    }),
    validate('param', OfDomain),
    validate('json', DomainChange),
    async (c) => c.json(await changeDomain(c.get('ctx'), c.req.valid('param'), c.req.valid('json')), 200),
  )
  .delete(
    '/organizations/:id/domains/:domainId',
    describe({
      summary: 'Give a domain up',
      description: 'Who joined by it stays a member.',
      caller: 'user',
      answers: { 204: { description: 'It is not the organization’s.' } },
      problems: refusals,
    }),
    validate('param', OfDomain),
    async (c) => {
      await removeDomain(c.get('ctx'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )
