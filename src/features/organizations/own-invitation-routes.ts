import { PageQuery, pageOf } from '#core/pagination'
import { notFound, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { acceptOwnInvitation } from './accept-own-invitation'
import { declineInvitation } from './decline-invitation'
import { OwnInvitation, OwnInvitationParams } from './invitation-contract'
import { listOwnInvitations } from './list-own-invitations'
import { Organization } from './organization-contract'

/** Invitations as those see them who are invited. */
export const ownInvitations = createRouter()
  .get(
    '/me/invitations',
    describe({
      summary: 'Invitations to my address',
      description: 'None while it is not proved.',
      caller: 'user',
      answers: { 200: { description: 'Those that are open, newest first.', schema: pageOf(OwnInvitation) } },
      problems: [sessionRevoked],
    }),
    validate('query', PageQuery),
    async (c) => c.json(await listOwnInvitations(c.get('ctx'), c.req.valid('query')), 200),
  )
  .post(
    '/me/invitations/:id/accept',
    describe({
      summary: 'Join an organization',
      caller: 'user',
      answers: { 200: { description: 'I belong to it.', schema: Organization } },
      problems: [sessionRevoked, notFound],
    }),
    validate('param', OwnInvitationParams),
    async (c) => c.json(await acceptOwnInvitation(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .delete(
    '/me/invitations/:id',
    describe({
      summary: 'Decline an invitation',
      caller: 'user',
      answers: { 204: { description: 'It is void.' } },
      problems: [sessionRevoked, notFound],
    }),
    validate('param', OwnInvitationParams),
    async (c) => {
      await declineInvitation(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
