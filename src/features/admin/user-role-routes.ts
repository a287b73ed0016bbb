import {
  impersonationRefused,
  insufficientUserAuthentication,
  missingPermission,
  notFound,
  sessionRevoked,
} from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { HeldRole, RoleGrant } from '../access/contract'
import { lastAdmin, roleAboveOwn } from '../access/problems'
import { UserParams } from './contract'
import { getUserRole } from './get-user-role'
import { grantUserRole } from './grant-user-role'
import { listUserRoles } from './list-user-roles'
import { revokeUserRole } from './revoke-user-role'
import { HeldRoleList, UserRoleParams } from './role-contract'

const ofStaff = [sessionRevoked, notFound, insufficientUserAuthentication, missingPermission, impersonationRefused]

/** Who holds which role. To everybody but staff there is nothing here. */
export const userRoles = createRouter()
  .get(
    '/admin/users/:id/roles',
    describe({
      summary: 'The roles that somebody holds',
      description: 'With `roles:read`.',
      caller: 'user',
      answers: { 200: { description: 'By name.', schema: HeldRoleList } },
      problems: ofStaff,
    }),
    validate('param', UserParams),
    async (c) => c.json(await listUserRoles(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get(
    '/admin/users/:id/roles/:role',
    describe({
      summary: 'How somebody holds a role',
      description: 'With `roles:read`.',
      caller: 'user',
      answers: { 200: { description: 'Since when, and until when.', schema: HeldRole } },
      problems: ofStaff,
    }),
    validate('param', UserRoleParams),
    async (c) => {
      const { id, role } = c.req.valid('param')
      return c.json(await getUserRole(c.get('ctx'), id, role), 200)
    },
  )
  .put(
    '/admin/users/:id/roles/:role',
    describe({
      summary: 'Give somebody a role',
      description:
        'With `roles:assign`, within what the caller may do themselves. Who did not hold it is logged out everywhere.',
      caller: 'user',
      answers: { 200: { description: 'They hold it.', schema: HeldRole } },
      problems: [...ofStaff, roleAboveOwn, lastAdmin],
    }),
    validate('param', UserRoleParams),
    validate('json', RoleGrant),
    async (c) => {
      const { id, role } = c.req.valid('param')
      return c.json(await grantUserRole(c.get('ctx'), id, role, c.req.valid('json')), 200)
    },
  )
  .delete(
    '/admin/users/:id/roles/:role',
    describe({
      summary: 'Take a role from somebody',
      description: 'With `roles:assign`, within what the caller may do themselves.',
      caller: 'user',
      answers: { 204: { description: 'They hold it no more.' } },
      problems: [...ofStaff, roleAboveOwn, lastAdmin],
    }),
    validate('param', UserRoleParams),
    async (c) => {
      const { id, role } = c.req.valid('param')
      await revokeUserRole(c.get('ctx'), id, role)
      return c.body(null, 204)
    },
  )
