import { PageQuery, pageOf } from '#core/pagination'
import { insufficientUserAuthentication, missingPermission, notFound, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { roleAboveOwn } from '../access/problems'
import { EmailToken } from '../accounts/contract'
import { invalidEmailToken } from '../accounts/problems'
import { emailUnverified } from '../profiles/problems'
import { acceptMailedInvitation } from './accept-mailed-invitation'
import { Invitation, InvitationParams, NewInvitation } from './invitation-contract'
import { inviteMember } from './invite-member'
import { listInvitations } from './list-invitations'
import { Organization, OrganizationParams } from './organization-contract'
import { invitationForAnother, organizationPolicyUnmet, ownerMustTransfer } from './problems'
import { revokeInvitation } from './revoke-invitation'

const ofMembers = [sessionRevoked, notFound, insufficientUserAuthentication, organizationPolicyUnmet, missingPermission]

/** How people come to belong to an organization: by a mail to an address that is theirs. */
export const invitations = createRouter()
  .get(
    '/organizations/:id/invitations',
    describe({
      summary: 'The open invitations of an organization',
      description: 'Asks for `members:invite`.',
      caller: 'user',
      answers: { 200: { description: 'Newest first.', schema: pageOf(Invitation) } },
      problems: ofMembers,
    }),
    validate('param', OrganizationParams),
    validate('query', PageQuery),
    async (c) => c.json(await listInvitations(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .post(
    '/organizations/:id/invitations',
    describe({
      summary: 'Invite somebody',
      description:
        'Asks for `members:invite`, and for all that the role allows. A second time renews the invitation, and voids its link. The answer does not tell whether the address has an account.',
      caller: 'user',
      answers: { 201: { description: 'The link is on its way.', schema: Invitation } },
      problems: [...ofMembers, roleAboveOwn, ownerMustTransfer],
    }),
    validate('param', OrganizationParams),
    validate('json', NewInvitation),
    async (c) => c.json(await inviteMember(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .delete(
    '/organizations/:id/invitations/:invitationId',
    describe({
      summary: 'Take an invitation back',
      description: 'Asks for `members:invite`, and for all that its role allows. Its link is void at once.',
      caller: 'user',
      answers: { 204: { description: 'It is void.' } },
      problems: [...ofMembers, roleAboveOwn],
    }),
    validate('param', InvitationParams),
    async (c) => {
      const { id, invitationId } = c.req.valid('param')
      await revokeInvitation(c.get('ctx'), id, invitationId)
      return c.body(null, 204)
    },
  )
  .post(
    '/organizations/invitations/accept',
    describe({
      summary: 'Join an organization, by the mailed link’s token',
      description:
        'The account’s address must be the one that was invited, and proved. Who is refused for that uses nothing up.',
      caller: 'user',
      answers: { 200: { description: 'I belong to it.', schema: Organization } },
      problems: [sessionRevoked, invalidEmailToken, invitationForAnother, emailUnverified],
    }),
    validate('json', EmailToken),
    async (c) => c.json(await acceptMailedInvitation(c.get('ctx'), c.req.valid('json')), 200),
  )
