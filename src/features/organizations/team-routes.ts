import { PageQuery } from '#core/pagination'
import { insufficientUserAuthentication, missingPermission, notFound, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { idempotent } from '#http/idempotent'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { answerOnce } from '../idempotency/answer-once'
import { idempotencyKeyReused } from '../idempotency/problems'
import { addToTeam } from './add-to-team'
import { createTeam } from './create-team'
import { deleteTeam } from './delete-team'
import { listTeamMembers } from './list-team-members'
import { listTeams } from './list-teams'
import { OfOrganization, OfTeam, OfTeamMember } from './path-contract'
import { limitReached, organizationPolicyUnmet, teamNameTaken } from './problems'
import { removeFromTeam } from './remove-from-team'
import { renameTeam } from './rename-team'
import { Team, TeamMemberPage, TeamName, TeamPage } from './team-contract'

/** What every route of an organization may answer: see `requireMember`. */
const refusals = [sessionRevoked, notFound, insufficientUserAuthentication, organizationPolicyUnmet, missingPermission]

export const teams = createRouter()
  .get(
    '/organizations/:id/teams',
    describe({
      summary: 'Teams of an organization',
      caller: 'user',
      answers: { 200: { description: 'Oldest first.', schema: TeamPage } },
      problems: refusals,
    }),
    validate('param', OfOrganization),
    validate('query', PageQuery),
    async (c) => c.json(await listTeams(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .post(
    '/organizations/:id/teams',
    describe({
      summary: 'Make a team',
      description: 'Names are of one team of an organization at a time.',
      caller: 'user',
      answers: { 201: { description: 'The team, without anybody in it.', schema: Team } },
      problems: [...refusals, teamNameTaken, limitReached, idempotencyKeyReused],
    }),
    validate('param', OfOrganization),
    validate('json', TeamName),
    idempotent(answerOnce),
    async (c) => c.json(await createTeam(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .patch(
    '/organizations/:id/teams/:teamId',
    describe({
      summary: 'Rename a team',
      caller: 'user',
      answers: { 200: { description: 'The team.', schema: Team } },
      problems: [...refusals, teamNameTaken],
    }),
    validate('param', OfTeam),
    validate('json', TeamName),
    async (c) => c.json(await renameTeam(c.get('ctx'), c.req.valid('param'), c.req.valid('json')), 200),
  )
  .delete(
    '/organizations/:id/teams/:teamId',
    describe({
      summary: 'Delete a team',
      description: 'Who was in it stays in the organization.',
      caller: 'user',
      answers: { 204: { description: 'It is gone.' } },
      problems: refusals,
    }),
    validate('param', OfTeam),
    async (c) => {
      await deleteTeam(c.get('ctx'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )
  .get(
    '/organizations/:id/teams/:teamId/members',
    describe({
      summary: 'Who is in a team',
      caller: 'user',
      answers: { 200: { description: 'By their ids.', schema: TeamMemberPage } },
      problems: refusals,
    }),
    validate('param', OfTeam),
    validate('query', PageQuery),
    async (c) => c.json(await listTeamMembers(c.get('ctx'), c.req.valid('param'), c.req.valid('query')), 200),
  )
  .put(
    '/organizations/:id/teams/:teamId/members/:userId',
    describe({
      summary: 'Put a member into a team',
      description: 'Idempotent. Only members of the organization can be in its teams.',
      caller: 'user',
      answers: { 204: { description: 'They are in it.' } },
      problems: refusals,
    }),
    validate('param', OfTeamMember),
    async (c) => {
      await addToTeam(c.get('ctx'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )
  .delete(
    '/organizations/:id/teams/:teamId/members/:userId',
    describe({
      summary: 'Take somebody out of a team',
      description: 'Idempotent.',
      caller: 'user',
      answers: { 204: { description: 'They are not in it.' } },
      problems: refusals,
    }),
    validate('param', OfTeamMember),
    async (c) => {
      await removeFromTeam(c.get('ctx'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )
