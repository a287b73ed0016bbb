import { expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { openWorld, type TestSettings, type World } from '../../platform'
import { refresh, registerAndLogIn } from '../people'

const organizationId = '01900000-0000-7000-8000-00000000000a'

/** Ada is of an organization, and acts for it in her session. */
const openMemberWorld = async (role: string, settings: TestSettings = {}) => {
  const world = await openWorld(settings)
  const session = await registerAndLogIn(world)
  const now = world.clock.now()
  const run = (text: string, values: unknown[]) => world.db.run(text, values, 'objects')
  await run("insert into organization (id, slug, name, created_at, updated_at) values ($1, 'acme', 'Acme', $2, $2)", [
    organizationId,
    now,
  ])
  await run("insert into organization_member values ($1, $2, $3, 'creation', $4)", [
    organizationId,
    session.user.id,
    role,
    now,
  ])
  await run('update session set organization_id = $1', [organizationId])
  return { world, session, run }
}

const accessOf = async (world: World, token: string) => (await world.send('GET /v1/me/access', { token })).body

test('somebody without a role and an organization may do nothing', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  expect(await accessOf(world, accessToken)).toEqual({ roles: [], permissions: [], organization: null })
})

test('it says for which organization the session acts, and what as, before the token does', async () => {
  const { world, session } = await openMemberWorld('member')
  const organization = { id: organizationId, slug: 'acme', role: 'member', permissions: ['members:read'] }
  expect(await accessOf(world, session.accessToken)).toEqual({ roles: [], permissions: [], organization })
  expect(decodeJwt(session.accessToken).org).toBeNull()
  expect(decodeJwt((await refresh(world, session)).accessToken).org).toEqual(organization)
})

test('an owner has the application’s permissions there, and nowhere else', async () => {
  const { world, session } = await openMemberWorld('owner', { APPLICATION_PERMISSIONS: 'invoices:read' })
  const access = Object(await accessOf(world, session.accessToken))
  expect(access.permissions).toEqual([])
  expect(access.organization.permissions).toEqual(expect.arrayContaining(['invoices:read', 'organization:delete']))
})

test('nobody acts for an organization whose policy is not met, or that they left', async () => {
  const { world, session, run } = await openMemberWorld('owner')
  await run('update organization set requires_second_factor = true', [])
  expect(await accessOf(world, session.accessToken)).toMatchObject({ organization: null })
  await run('update organization set requires_second_factor = false', [])
  expect(await accessOf(world, session.accessToken)).toMatchObject({ organization: { slug: 'acme' } })
  await run('delete from organization_member', [])
  expect(await accessOf(world, session.accessToken)).toMatchObject({ organization: null })
})

test('a session that is over, and nobody, are told nothing', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  await world.send('POST /v1/auth/logout', { token })
  expect(await world.send('GET /v1/me/access', { token })).toMatchObject({
    status: 401,
    body: { code: 'session_revoked' },
  })
  expect((await world.send('GET /v1/me/access')).status).toBe(401)
})
