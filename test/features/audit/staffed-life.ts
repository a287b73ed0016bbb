import { again, give, hire, makeRole, openStaffWorld, take } from '../admin/staff'

const description = 'For Augusta, who reads bills'

/** A life of staff who make roles, give and take them, and want more than they may; returns what must stay private. */
export const staffThrough = async () => {
  const world = await openStaffWorld()
  const [admin, lead] = [await hire(world, 'augusta', ['admin']), await hire(world, 'lovelace', [])]
  await makeRole(world, admin, 'lead', ['roles:assign', 'roles:read'])
  await world.send('PATCH /v1/admin/roles/lead', { token: admin.token, json: { description } })
  await give(world, admin, lead, 'lead')
  const leading = await again(world, lead)
  await give(world, leading, leading, 'admin')
  await makeRole(world, leading, 'own', [])
  await world.send('GET /v1/admin/permissions', { token: leading.token })
  await world.send(`GET /v1/admin/users/${lead.id}/roles`, { token: leading.token })
  await world.send('GET /v1/me/access', { token: leading.token })
  await take(world, admin, lead, 'lead')
  await world.send('GET /v1/admin/roles', { token: leading.token })
  await world.send('DELETE /v1/admin/roles/lead', { token: admin.token })
  await world.settle()
  return { world, secrets: [description, admin.email, lead.email, admin.token, leading.token, lead.token] }
}
