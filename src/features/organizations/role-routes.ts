import { insufficientUserAuthentication, missingPermission, notFound, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { roleAboveOwn, roleTaken } from '../access/problems'
import { createOrganizationRole } from './create-organization-role'
import { deleteOrganizationRole } from './delete-organization-role'
import { getOrganizationRole } from './get-organization-role'
import { listOrganizationRoles } from './list-organization-roles'
import { OrganizationParams } from './organization-contract'
import { limitReached, organizationPolicyUnmet, roleInUse } from './problems'
import {
  NewOrganizationRole,
  OrganizationRole,
  OrganizationRoleChanges,
  OrganizationRoleList,
  RoleParams,
} from './role-contract'
import { updateOrganizationRole } from './update-organization-role'

const ofMembers = [sessionRevoked, notFound, insufficientUserAuthentication, organizationPolicyUnmet, missingPermission]

/** What members of an organization may do, by roles that are everywhere and roles of its own. */
export const organizationRoles = createRouter()
  .get(
    '/organizations/:id/roles',
    describe({
      summary: 'The roles of an organization',
      description: 'Asks for `members:read`.',
      caller: 'user',
      answers: { 200: { description: 'Those of every organization first.', schema: OrganizationRoleList } },
      problems: ofMembers,
    }),
    validate('param', OrganizationParams),
    async (c) => c.json(await listOrganizationRoles(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .post(
    '/organizations/:id/roles',
    describe({
      summary: 'Make a role',
      description: 'Asks for `roles:write`, and for all that it is to allow.',
      caller: 'user',
      answers: { 201: { description: 'It is made.', schema: OrganizationRole } },
      problems: [...ofMembers, roleAboveOwn, roleTaken, limitReached],
    }),
    validate('param', OrganizationParams),
    validate('json', NewOrganizationRole),
    async (c) => c.json(await createOrganizationRole(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .get(
    '/organizations/:id/roles/:name',
    describe({
      summary: 'A role of an organization',
      description: 'Asks for `members:read`.',
      caller: 'user',
      answers: { 200: { description: 'The role.', schema: OrganizationRole } },
      problems: ofMembers,
    }),
    validate('param', RoleParams),
    async (c) => {
      const { id, name } = c.req.valid('param')
      return c.json(await getOrganizationRole(c.get('ctx'), id, name), 200)
    },
  )
  .patch(
    '/organizations/:id/roles/:name',
    describe({
      summary: 'Change a role',
      description: 'Asks for `roles:write`, and for all that it allows and is to allow.',
      caller: 'user',
      answers: { 200: { description: 'As it is now.', schema: OrganizationRole } },
      problems: [...ofMembers, roleAboveOwn],
    }),
    validate('param', RoleParams),
    validate('json', OrganizationRoleChanges),
    async (c) => {
      const { id, name } = c.req.valid('param')
      return c.json(await updateOrganizationRole(c.get('ctx'), id, name, c.req.valid('json')), 200)
    },
  )
  .delete(
    '/organizations/:id/roles/:name',
    describe({
      summary: 'Delete a role',
      description: 'Asks for `roles:write`, and for all that it allows; nobody may have it, or be about to.',
      caller: 'user',
      answers: { 204: { description: 'It is gone.' } },
      problems: [...ofMembers, roleAboveOwn, roleInUse],
    }),
    validate('param', RoleParams),
    async (c) => {
      const { id, name } = c.req.valid('param')
      await deleteOrganizationRole(c.get('ctx'), id, name)
      return c.body(null, 204)
    },
  )
