import { grantRole } from '#features/admin/grant-role'
import { openWorld, type TestSettings, type World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { logInWith, tokensOf } from '../accounts/mailed'
import { registerAndLogIn } from '../people'

export const isNotThere = { status: 404, body: { code: 'not_found' } }
export const mayNot = { status: 403, body: { code: 'missing_permission' } }
export const isAbove = { status: 403, body: { code: 'target_above_own' } }
export const isOver = { status: 401, body: { code: 'session_revoked' } }

export const password = 'correct horse battery staple'

export interface Somebody {
  id: string
  email: string
  token: string
  refreshToken: string
  sessionId: string
}

export const operator = (world: World) => world.contextOf({ kind: 'system', job: 'postern roles' })

/** A world in which nobody must have a second factor. */
export const openStaffWorld = (settings: TestSettings = {}): Promise<World> =>
  openWorld({ MFA_REQUIRED_ROLES: ' ', ...settings })

/** Logs somebody in again. */
export const again = async (world: World, { id, email }: Pick<Somebody, 'id' | 'email'>): Promise<Somebody> => {
  const { accessToken: token, refreshToken, sessionId } = tokensOf(await logInWith(world, password, email))
  return { id, email, token, refreshToken, sessionId }
}

/** Somebody who holds these roles, as the operator gave them, and has just logged in. */
export const hire = async (world: World, name: string, ...roles: string[]): Promise<Somebody> => {
  const email = `${name.toLowerCase()}@example.com`
  const { user } = await registerAndLogIn(world, { email, password, name })
  for (const role of roles) await grantRole(operator(world), email, role)
  return again(world, { id: user.id, email })
}

/** Calls a route of staff, and lets the jobs that it causes be worked. */
export const call = async (
  world: World,
  { token }: Pick<Somebody, 'token'>,
  route: string,
  json?: object,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const answer = await world.send(route, { token, headers, ...(json && { json }) })
  await world.settle()
  return answer
}

/** A role that operators make, with what its holders may do. */
export const makeRole = (world: World, name: string, permissions: string[]) =>
  world.db.run(
    `insert into role (name, description, permissions, created_at, updated_at) values ($1, '', $2::text::jsonb, now(), now())`,
    [name, JSON.stringify(permissions)],
    'objects',
  )

interface Recorded {
  type: string
  actor_id: string | null
  user_id: string | null
  data: Record<string, unknown>
}

/** What was recorded of one type; the clock stands still, so in no order. */
export const recorded = async (world: World, type: string): Promise<Recorded[]> => {
  const rows = await world.db.run(
    'select type, actor_id, user_id, data from audit_event where type = $1 order by id',
    [type],
    'objects',
  )
  return rows as Recorded[]
}
