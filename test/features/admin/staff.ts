import { grantRole } from '#features/admin/grant-role'
import { openWorld, type TestSettings, type World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { logInWith, tokensOf } from '../accounts/mailed'
import { registerAndLogIn } from '../people'

export const isNotThere = { status: 404, body: { code: 'not_found' } }
export const mayNot = { status: 403, body: { code: 'missing_permission' } }
export const isAboveOwn = { status: 403, body: { code: 'role_above_own' } }

const password = 'correct horse battery staple'

export interface Somebody {
  id: string
  email: string
  token: string
}

export const operator = (world: World) => world.contextOf({ kind: 'system', job: 'postern roles' })

/** A world in which nobody must have a second factor. */
export const openStaffWorld = (settings: TestSettings = {}): Promise<World> =>
  openWorld({ MFA_REQUIRED_ROLES: ' ', APPLICATION_PERMISSIONS: 'invoices:read,invoices:write', ...settings })

/** Logs somebody in again. */
export const again = async (world: World, { id, email }: Somebody): Promise<Somebody> => ({
  id,
  email,
  token: tokensOf(await logInWith(world, password, email)).accessToken,
})

/** Somebody who holds these roles, as the operator gave them. */
export const hire = async (
  world: World,
  name: string,
  roles: string[],
  expiresAt: Date | null = null,
): Promise<Somebody> => {
  const email = `${name}@example.com`
  const { user, accessToken } = await registerAndLogIn(world, { email, password, name })
  for (const role of roles) await grantRole(operator(world), email, role, expiresAt)
  return roles.length === 0
    ? { id: user.id, email, token: accessToken }
    : again(world, { id: user.id, email, token: '' })
}

/** Makes a role as an administrator does. */
export const makeRole = (world: World, { token }: Somebody, name: string, permissions: string[]): Promise<Answer> =>
  world.send('POST /v1/admin/roles', { token, json: { name, permissions } })

export const give = (world: World, { token }: Somebody, { id }: Somebody, role: string, json: object = {}) =>
  world.send(`PUT /v1/admin/users/${id}/roles/${role}`, { token, json })

export const take = (world: World, { token }: Somebody, { id }: Somebody, role: string) =>
  world.send(`DELETE /v1/admin/users/${id}/roles/${role}`, { token })

export const rolesOf = async (world: World, { token }: Somebody, { id }: Somebody): Promise<unknown> =>
  (await world.send(`GET /v1/admin/users/${id}/roles`, { token })).body

export const accessOf = async (world: World, { token }: Somebody): Promise<unknown> =>
  (await world.send('GET /v1/me/access', { token })).body
