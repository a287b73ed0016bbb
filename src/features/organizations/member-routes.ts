import { PageQuery, pageOf } from '#core/pagination'
import { insufficientUserAuthentication, missingPermission, notFound, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { roleAboveOwn } from '../access/problems'
import { changeMemberRole } from './change-member-role'
import { leaveOrganization } from './leave-organization'
import { listMembers } from './list-members'
import { MemberChanges, MemberParams, OrganizationMember } from './member-contract'
import { OrganizationParams } from './organization-contract'
import { organizationPolicyUnmet, ownerMustTransfer } from './problems'
import { removeMember } from './remove-member'

const ofMembers = [sessionRevoked, notFound, insufficientUserAuthentication, organizationPolicyUnmet, missingPermission]

/** Who belongs to an organization, and as what. */
export const organizationMembers = createRouter()
  .get(
    '/organizations/:id/members',
    describe({
      summary: 'Who belongs to an organization',
      description: 'Asks for `members:read`.',
      caller: 'user',
      answers: { 200: { description: 'By their ids.', schema: pageOf(OrganizationMember) } },
      problems: ofMembers,
    }),
    validate('param', OrganizationParams),
    validate('query', PageQuery),
    async (c) => c.json(await listMembers(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .delete(
    '/organizations/:id/members/me',
    describe({
      summary: 'Leave an organization',
      description: 'Its owner transfers or deletes it instead.',
      caller: 'user',
      answers: { 204: { description: 'I do not belong to it any more.' } },
      problems: [sessionRevoked, notFound, ownerMustTransfer],
    }),
    validate('param', OrganizationParams),
    async (c) => {
      await leaveOrganization(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  .patch(
    '/organizations/:id/members/:userId',
    describe({
      summary: 'Give a member another role',
      description:
        'Asks for `members:assign`, and for all that both roles allow. Only the owner makes an owner, by a transfer.',
      caller: 'user',
      answers: { 200: { description: 'The member as they are now.', schema: OrganizationMember } },
      problems: [...ofMembers, roleAboveOwn, ownerMustTransfer],
    }),
    validate('param', MemberParams),
    validate('json', MemberChanges),
    async (c) => {
      const { id, userId } = c.req.valid('param')
      return c.json(await changeMemberRole(c.get('ctx'), id, userId, c.req.valid('json')), 200)
    },
  )
  .delete(
    '/organizations/:id/members/:userId',
    describe({
      summary: 'Remove a member',
      description: 'Asks for `members:remove`, and for all that the member may do. It counts at once.',
      caller: 'user',
      answers: { 204: { description: 'They do not belong to it any more.' } },
      problems: [...ofMembers, roleAboveOwn, ownerMustTransfer],
    }),
    validate('param', MemberParams),
    async (c) => {
      const { id, userId } = c.req.valid('param')
      await removeMember(c.get('ctx'), id, userId)
      return c.body(null, 204)
    },
  )
