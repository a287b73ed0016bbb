import { grantRole } from '#features/admin/grant-role'
import { openWorld } from '../../platform'
import { logInWith, tokensOf } from '../accounts/mailed'
import { ada, grace, registerAndLogIn } from '../people'

/** A life of an account that staff make, change, ban, act as and delete; returns what must stay private. */
export const administerThrough = async () => {
  const world = await openWorld({ MFA_REQUIRED_ROLES: ' ' })
  const { user } = await registerAndLogIn(world, grace)
  await registerAndLogIn(world)
  await grantRole(world.contextOf({ kind: 'system', job: 'postern roles' }), ada.email, 'admin')
  const { accessToken: token, user: boss } = tokensOf(await logInWith(world, ada.password))
  const send = async (route: string, json?: object, by = token) => {
    const answer = await world.send(route, { token: by, ...(json && { json }) })
    await world.settle()
    return Object(answer.body)
  }
  const made = { email: 'made@example.com', name: 'Made Up', password: 'a password of theirs' }
  const changes = { name: 'Admiral Hopper', email: 'admiral@navy.example', attributes: { customerNumber: 'C-1906' } }
  const ban = 'Writes to everybody.'
  await send('POST /v1/admin/users', made)
  const route = `/v1/admin/users/${user.id}`
  await send(`PATCH ${route}`, changes)
  await send(`POST ${route}/ban`, { reason: ban })
  await send(`POST ${route}/impersonate`, { reason: 'A ticket of theirs.' })
  await send(`DELETE ${route}/ban`)
  await send(`POST ${route}/reset-factors`)
  const acting = await send(`POST ${route}/impersonate`, { reason: 'A ticket of theirs.' })
  await send(`POST ${route}/impersonate`, { reason: 'A ticket of theirs.' }, acting.accessToken)
  await send('PATCH /v1/me', { bio: 'Found a moth' }, acting.accessToken)
  await send(`POST /v1/admin/users/${boss.id}/impersonate`, { reason: 'A ticket of mine.' })
  await send(`GET /v1/admin/audit?userId=${user.id}&ipAddress=203.0.113.7`)
  await send(`DELETE ${route}/sessions`)
  await send(`DELETE ${route}`)
  // Somebody who may change others, but not an administrator.
  await world.db.run(
    `insert into role (name, description, permissions, created_at, updated_at) values ('clerk', '', '["users:update"]', now(), now())`,
    [],
    'objects',
  )
  await grantRole(world.contextOf({ kind: 'system', job: 'postern roles' }), made.email, 'clerk')
  const clerk = tokensOf(await logInWith(world, made.password, made.email)).accessToken
  await send(`PATCH /v1/admin/users/${boss.id}`, { name: 'Nobody' }, clerk)
  const values = [...Object.values(made), changes.name, changes.email, 'C-1906', ban, 'Found a moth', 'Nobody']
  return { world, secrets: [ada.email, ada.name, ada.password, token, clerk, acting.accessToken, ...values] }
}
