import {
  impersonationRefused,
  insufficientUserAuthentication,
  missingPermission,
  notFound,
  sessionRevoked,
} from '#core/problems'
import { describe } from '#http/describe'
import { idempotent } from '#http/idempotent'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { NewRole, Role, RoleChanges } from '../access/contract'
import { roleAboveOwn, roleTaken, systemRole } from '../access/problems'
import { answerOnce } from '../idempotency/answer-once'
import { idempotencyKeyReused } from '../idempotency/problems'
import { createRole } from './create-role'
import { deleteRole } from './delete-role'
import { getRole } from './get-role'
import { listPermissions } from './list-permissions'
import { listRoles } from './list-roles'
import { PermissionList, RolePage, RoleParams, RoleQuery } from './role-contract'
import { updateRole } from './update-role'

const ofStaff = [sessionRevoked, notFound, insufficientUserAuthentication, missingPermission, impersonationRefused]

/** What staff may do to roles. To everybody else there is nothing here. */
export const roles = createRouter()
  .get(
    '/admin/permissions',
    describe({
      summary: 'What roles may allow',
      description: 'With `roles:read`.',
      caller: 'user',
      answers: { 200: { description: 'Ours, and those of the operator’s application.', schema: PermissionList } },
      problems: ofStaff,
    }),
    async (c) => c.json(await listPermissions(c.get('ctx')), 200),
  )
  .get(
    '/admin/roles',
    describe({
      summary: 'Every role',
      description: 'With `roles:read`.',
      caller: 'user',
      answers: { 200: { description: 'By name.', schema: RolePage } },
      problems: ofStaff,
    }),
    validate('query', RoleQuery),
    async (c) => c.json(await listRoles(c.get('ctx'), c.req.valid('query')), 200),
  )
  .post(
    '/admin/roles',
    describe({
      summary: 'Make a role',
      description: 'With `roles:write`, of what the caller may do themselves.',
      caller: 'user',
      answers: { 201: { description: 'Nobody holds it yet.', schema: Role } },
      problems: [...ofStaff, roleAboveOwn, roleTaken, idempotencyKeyReused],
    }),
    validate('json', NewRole),
    idempotent(answerOnce),
    async (c) => c.json(await createRole(c.get('ctx'), c.req.valid('json')), 201),
  )
  .get(
    '/admin/roles/:name',
    describe({
      summary: 'A role',
      description: 'With `roles:read`.',
      caller: 'user',
      answers: { 200: { description: 'What it allows.', schema: Role } },
      problems: ofStaff,
    }),
    validate('param', RoleParams),
    async (c) => c.json(await getRole(c.get('ctx'), c.req.valid('param').name), 200),
  )
  .patch(
    '/admin/roles/:name',
    describe({
      summary: 'Change a role',
      description: 'With `roles:write`; what it allowed and is to allow is what the caller may do themselves.',
      caller: 'user',
      answers: { 200: { description: 'The role after the change.', schema: Role } },
      problems: [...ofStaff, roleAboveOwn, systemRole],
    }),
    validate('param', RoleParams),
    validate('json', RoleChanges),
    async (c) => c.json(await updateRole(c.get('ctx'), c.req.valid('param').name, c.req.valid('json')), 200),
  )
  .delete(
    '/admin/roles/:name',
    describe({
      summary: 'Delete a role',
      description:
        'With `roles:write`; what it allowed is what the caller may do themselves. Nobody holds it any more.',
      caller: 'user',
      answers: { 204: { description: 'It is gone.' } },
      problems: [...ofStaff, roleAboveOwn, systemRole],
    }),
    validate('param', RoleParams),
    async (c) => {
      await deleteRole(c.get('ctx'), c.req.valid('param').name)
      return c.body(null, 204)
    },
  )
