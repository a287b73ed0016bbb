import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { actFor, foundOrganization, givenMember, Role } from '../support/organizations'
import { target } from '../target'

const server = await target({ APPLICATION_PERMISSIONS: 'invoices:read,invoices:write' })

/** An organization with its owner, an admin and somebody in a role of its own. */
const givenOrganization = async (permissions: string[]) => {
  const owner = await given.person(server)
  const { id } = await foundOrganization(server, owner)
  const act = actFor(server, owner, id)
  const made = await act('POST /roles', { json: { name: 'clerk', description: 'Clerks.', permissions } })
  expect(made.status).toBe(201)
  const clerk = await givenMember(server, owner, id, 'clerk')
  return { id, owner, act, clerk, actAsClerk: actFor(server, clerk, id) }
}

test('an organization has three roles from the start, and those it makes of permissions of ours and the application’s', async () => {
  const { act } = await givenOrganization(['members:read', 'invoices:read', 'members:read'])
  const { items } = JSON.parse((await act('GET /roles')).text)
  expect(items.map((item: unknown) => Role.parse(item).name)).toEqual(['owner', 'admin', 'member', 'clerk'])
  expect(items[0].permissions).toContain('organization:delete')
  expect(items[1].permissions).not.toContain('organization:delete')
  expect(items[1].permissions).toContain('invoices:write')
  const clerk = {
    name: 'clerk',
    description: 'Clerks.',
    permissions: ['invoices:read', 'members:read'],
    isSystem: false,
  }
  expect(Role.parse((await act('GET /roles/clerk')).json)).toEqual(clerk)
  const changed = await act('PATCH /roles/clerk', { json: { permissions: ['invoices:write'] } })
  expect(changed.json).toEqual({ ...clerk, permissions: ['invoices:write'] })
  const again = { name: 'clerk', description: 'Again.', permissions: [] }
  expectProblem(await act('POST /roles', { json: again }), 409, 'role_taken')
  expectProblem(await act('POST /roles', { json: { ...again, name: 'admin' } }), 409, 'role_taken')
  expectFaults(await act('POST /roles', { json: { ...again, name: 'x', permissions: ['users:read', 'a:b'] } }), {
    '/permissions/0': 'unknown_permission',
    '/permissions/1': 'unknown_permission',
  })
  for (const route of ['PATCH /roles/owner', 'PATCH /roles/nobody']) {
    expectProblem(await act(route, { json: { description: 'Mine.' } }), 404, 'not_found')
  }
  expectProblem(await act('DELETE /roles/member'), 404, 'not_found')
})

test('a role that somebody has, or is invited to, stays until they have another one', async () => {
  const { act, clerk } = await givenOrganization(['members:read'])
  expectProblem(await act('DELETE /roles/clerk'), 409, 'role_in_use')
  const given = await act(`PATCH /members/${clerk.user.id}`, { json: { role: 'member' } })
  expect(given.json).toMatchObject({ id: clerk.user.id, role: 'member' })
  const invited = await act('POST /invitations', { json: { email: 'clerk@example.com', role: 'clerk' } })
  expectProblem(await act('DELETE /roles/clerk'), 409, 'role_in_use')
  expect((await act(`DELETE /invitations/${JSON.parse(invited.text).id}`)).status).toBe(204)
  expect((await act('DELETE /roles/clerk')).status).toBe(204)
  expectFaults(await act(`PATCH /members/${clerk.user.id}`, { json: { role: 'clerk' } }), { '/role': 'unknown_role' })
})

test('nobody gives more than they may, to whomever: not themselves, not others, not by a role, not by an invitation', async () => {
  const all = ['members:read', 'members:assign', 'members:invite', 'members:remove', 'roles:write']
  const { id, owner, act, clerk, actAsClerk } = await givenOrganization(all)
  const member = await givenMember(server, owner, id)
  const refused = async (route: string, json?: object) =>
    expectProblem(await actAsClerk(route, json ? { json } : {}), 403, 'role_above_own')
  await refused(`PATCH /members/${clerk.user.id}`, { role: 'admin' })
  await refused(`PATCH /members/${clerk.user.id}`, { role: 'owner' })
  await refused(`PATCH /members/${member.user.id}`, { role: 'admin' })
  await refused(`PATCH /members/${owner.user.id}`, { role: 'member' })
  await refused(`DELETE /members/${owner.user.id}`)
  await refused('POST /roles', { name: 'strong', description: 'Strong.', permissions: ['policies:write'] })
  await refused('PATCH /roles/clerk', { permissions: [...all, 'invoices:read'] })
  await refused('POST /invitations', { email: 'a@example.com', role: 'admin' })
  await refused('POST /invitations', { email: 'a@example.com', role: 'owner' })
  // What it may itself, it gives.
  expect((await actAsClerk(`PATCH /members/${member.user.id}`, { json: { role: 'clerk' } })).status).toBe(200)
  // A role that allows more is nobody's to change or to delete who may less.
  await act('POST /roles', { json: { name: 'strong', description: 'Strong.', permissions: ['policies:write'] } })
  await refused('PATCH /roles/strong', { permissions: [] })
  await refused('DELETE /roles/strong')
  // An invitation of the owner to more than the clerk may is not the clerk's to renew or to take back.
  const invited = await act('POST /invitations', { json: { email: 'boss@example.com', role: 'admin' } })
  await refused('POST /invitations', { email: 'boss@example.com', role: 'member' })
  await refused(`DELETE /invitations/${JSON.parse(invited.text).id}`)
  const { items } = JSON.parse((await act('GET /members')).text)
  const roles = Object.fromEntries(items.map((item: { id: string; role: string }) => [item.id, item.role]))
  expect(roles).toEqual({ [owner.user.id]: 'owner', [clerk.user.id]: 'clerk', [member.user.id]: 'clerk' })
})

test('admins change and remove each other, and not the owner; nobody but a transfer makes one', async () => {
  const { id, owner, act } = await givenOrganization(['members:read'])
  const [one, other] = [await givenMember(server, owner, id, 'admin'), await givenMember(server, owner, id, 'admin')]
  const actAsAdmin = actFor(server, one, id)
  for (const route of [`PATCH /members/${owner.user.id}`, `DELETE /members/${owner.user.id}`]) {
    const json = { json: { role: 'member' } }
    expectProblem(await actAsAdmin(route, route.startsWith('PATCH') ? json : {}), 403, 'role_above_own')
  }
  expectProblem(await act(`PATCH /members/${owner.user.id}`, { json: { role: 'admin' } }), 409, 'owner_must_transfer')
  expectProblem(await act(`PATCH /members/${one.user.id}`, { json: { role: 'owner' } }), 409, 'owner_must_transfer')
  expectProblem(await act(`DELETE /members/${owner.user.id}`), 409, 'owner_must_transfer')
  expect((await actAsAdmin(`PATCH /members/${other.user.id}`, { json: { role: 'member' } })).status).toBe(200)
  expect((await actAsAdmin(`DELETE /members/${other.user.id}`)).status).toBe(204)
  expectProblem(await actFor(server, other, id)('GET '), 404, 'not_found')
})

test('what a role allows counts at once: taken, changed or given', async () => {
  const { act, clerk, actAsClerk } = await givenOrganization(['members:read', 'members:invite'])
  expect((await actAsClerk('GET /invitations')).status).toBe(200)
  await act('PATCH /roles/clerk', { json: { permissions: ['members:read'] } })
  expectProblem(await actAsClerk('GET /invitations'), 403, 'missing_permission')
  await act(`PATCH /members/${clerk.user.id}`, { json: { role: 'admin' } })
  expect((await actAsClerk('GET /invitations')).status).toBe(200)
  await act(`DELETE /members/${clerk.user.id}`)
  expectProblem(await actAsClerk('GET /invitations'), 404, 'not_found')
})
