import { expect, test } from 'bun:test'
import { grantRole } from '#features/admin/grant-role'
import { listActivityOf } from '#features/admin/list-activity-of'
import { revokeRole } from '#features/admin/revoke-role'
import type { TestSettings, World } from '../../platform'
import { ban, logInWith, tokensOf } from '../accounts/mailed'
import { addTotp, logInWithTotp, needsStepUp, nextStep, openProvedWorld } from '../authenticators/second-factors'
import { ada, grace, registerAndLogIn } from '../people'
import { activityIn, activityOf } from '../profiles/activities'

const operator = (world: World) => world.contextOf({ kind: 'system', job: 'postern roles' })
const isNotThere = { status: 404, body: { code: 'not_found' } }

const look = (world: World, token: string, id: string, query = '') =>
  world.send(`GET /v1/admin/users/${id}/activity${query}`, { token })

/** Ada is an administrator with an app, and logged in by both; Grace is a person. */
const openAdminWorld = async (settings: TestSettings = {}) => {
  const { world, session } = await openProvedWorld(settings)
  const { secret } = await addTotp(world, session)
  await grantRole(operator(world), ada.email, 'admin')
  nextStep(world)
  const { accessToken: token } = tokensOf(await logInWithTotp(world, secret))
  nextStep(world)
  return { world, token, secret, ada: session.user, grace: await registerAndLogIn(world, grace) }
}

test('an administrator sees what happened to somebody, as they see it themselves', async () => {
  const { world, token, grace } = await openAdminWorld()
  await logInWith(world, 'a wrong guess', 'grace@example.com')
  const seen = activityIn(await look(world, token, grace.user.id))
  expect(seen.items.length).toBeGreaterThan(2)
  expect(seen).toEqual(await activityOf(world, grace.accessToken))
  const [first] = activityIn(await look(world, token, grace.user.id, '?limit=1&type=sign_in_failed')).items
  expect(first).toMatchObject({ type: 'sign_in_failed', ipAddress: '203.0.113.7' })
})

test('it pages', async () => {
  const { world, token, grace } = await openAdminWorld()
  const all = activityIn(await look(world, token, grace.user.id)).items
  const one = activityIn(await look(world, token, grace.user.id, '?limit=1'))
  const rest = activityIn(await look(world, token, grace.user.id, `?cursor=${one.nextCursor}`))
  expect([...one.items, ...rest.items]).toEqual(all)
})

test('to everybody else there is nothing, not even one’s own', async () => {
  const { world, ada, grace } = await openAdminWorld()
  for (const id of [ada.id, grace.user.id, crypto.randomUUID()]) {
    expect(await look(world, grace.accessToken, id)).toMatchObject(isNotThere)
  }
  expect(await world.send(`GET /v1/admin/users/${ada.id}/activity`)).toMatchObject({ status: 401 })
})

test('somebody who is not there looks the same to an administrator', async () => {
  const { world, token } = await openAdminWorld()
  expect(await look(world, token, crypto.randomUUID())).toMatchObject(isNotThere)
})

test('somebody to whom nothing of a kind happened has an empty page', async () => {
  const { world, token, grace } = await openAdminWorld()
  const page = await look(world, token, grace.user.id, '?kind=identity')
  expect(page).toMatchObject({ status: 200, body: { items: [], nextCursor: null } })
})

test('a role that does not say so lets nobody see it, and names that are no role can’t be given', async () => {
  const { world, token, grace, ada } = await openAdminWorld()
  for (const role of ['administrator', 'Admin', 'admin ']) {
    await expect(grantRole(operator(world), 'grace@example.com', role)).rejects.toMatchObject({
      definition: { code: 'unknown_role' },
    })
  }
  await world.send('POST /v1/admin/roles', { token, json: { name: 'clerk', permissions: ['statistics:read'] } })
  await grantRole(operator(world), 'grace@example.com', 'clerk')
  const again = tokensOf(await logInWith(world, 'nanoseconds of copper wire', 'grace@example.com'))
  expect(await look(world, again.accessToken, ada.id)).toMatchObject({
    status: 403,
    body: { code: 'missing_permission' },
  })
  expect(await look(world, grace.accessToken, ada.id)).toMatchObject({ status: 401 })
})

test('a role that is taken, or over, counts no more at once', async () => {
  const { world, token, grace } = await openAdminWorld()
  await world.db.run("update role_assignment set expires_at = $1 where role = 'admin'", [world.clock.now()], 'objects')
  expect(await look(world, token, grace.user.id)).toMatchObject(isNotThere)
  await world.db.run('update role_assignment set expires_at = null', [], 'objects')
  expect((await look(world, token, grace.user.id)).status).toBe(200)
  await revokeRole(operator(world), ada.email, 'admin')
  expect(await look(world, token, grace.user.id)).toMatchObject(isNotThere)
})

test('an administrator who is banned, or logged out, sees nothing', async () => {
  const { world, token, grace } = await openAdminWorld()
  await ban(world)
  expect(await look(world, token, grace.user.id)).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
})

test('an administrator whose session showed no second factor is asked for it, whoever they look for', async () => {
  const { world, token, grace } = await openAdminWorld()
  await world.db.run("update session set acr = 'aal1'", [], 'objects')
  expect(await look(world, token, grace.user.id)).toMatchObject(needsStepUp)
  expect(await look(world, token, crypto.randomUUID())).toMatchObject(needsStepUp)
})

test('one who must have a second factor and has none yet is asked for it; one who need not, is not', async () => {
  const { world, session } = await openProvedWorld()
  await grantRole(operator(world), ada.email, 'admin')
  const { accessToken } = tokensOf(await logInWith(world, ada.password))
  expect(await look(world, accessToken, session.user.id)).toMatchObject(needsStepUp)
  const lenient = world.startAnother({ MFA_REQUIRED_ROLES: 'nobody' })
  expect((await look(lenient, accessToken, session.user.id)).status).toBe(200)
})

test('an operator sees the last of it by the address', async () => {
  const { world, grace } = await openAdminWorld()
  const items = await listActivityOf(operator(world), ' Grace@Example.com ')
  expect(items).toEqual((await activityOf(world, grace.accessToken, '?limit=100')).items)
  await expect(listActivityOf(operator(world), 'nobody@example.org')).rejects.toThrow()
  await expect(listActivityOf(operator(world), 'no address')).rejects.toThrow()
})
