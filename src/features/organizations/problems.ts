import { defineProblem } from '#core/problem'

export const organizationPolicyUnmet = defineProblem(
  'organization-policy-unmet',
  403,
  'The organization asks for another way to log in.',
)
export const slugTaken = defineProblem('slug-taken', 409, 'Another organization has this slug.')
export const limitReached = defineProblem('limit-reached', 409, 'There can’t be more of these.')
export const ownerMustTransfer = defineProblem(
  'owner-must-transfer',
  409,
  'The owner has to transfer the organization to another member first.',
)
export const roleInUse = defineProblem(
  'role-in-use',
  409,
  'Somebody has this role, or is to get it. Give them another one first.',
)
export const invitationForAnother = defineProblem(
  'invitation-for-another',
  403,
  'The invitation was sent to another address than your account’s.',
)
export const ownsOrganizations = defineProblem(
  'owns-organizations',
  409,
  'Organizations of yours have other members. Transfer or delete them first.',
)
export const teamNameTaken = defineProblem('team-name-taken', 409, 'Another team of the organization has this name.')
export const domainClaimed = defineProblem('domain-claimed', 409, 'The organization has claimed this domain already.')
export const domainUnproved = defineProblem(
  'domain-unproved',
  409,
  'DNS does not have the record that proves the domain.',
)
export const domainTaken = defineProblem('domain-taken', 409, 'Another organization has proved this domain.')
