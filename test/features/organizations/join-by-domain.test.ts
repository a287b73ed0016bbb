import { beforeEach, expect, test } from 'bun:test'
import { organizationDomains, organizationRoles } from '#db/schema/organizations'
import { openWorld, type World } from '../../platform'
import {
  askForEmailChange,
  askForLogIn,
  askForReset,
  confirmEmail,
  logInByCode,
  logInByLink,
  mailOf,
  resetPassword,
  verifyEmail,
} from '../accounts/mailed'
import { eventsOf } from '../audit/events'
import { comeBackAs, exchangeIn, openFederatedWorld } from '../federation/federated-world'
import { listRecords } from '../jobs/queue'
import { addRole, arrive, foundOrganization, membersOf } from './tenant-world'

/** A domain that an organization has proved. */
const addDomain = async (world: World, organizationId: string, domain: string, role: string | null = 'member') => {
  const now = world.clock.now()
  const id = world.platform.ids.next()
  const row = { id, organizationId, domain, challenge: id, autoJoinRole: role, createdAt: now }
  await world.db.insert(organizationDomains).values({ ...row, verifiedAt: now, checkedAt: now })
  return id
}

const open = async (world: World) => {
  const owner = await arrive(world, 'elsewhere.com')
  const id = await foundOrganization(world, owner)
  const domainId = await addDomain(world, id, 'acme.com')
  return { id, owner, domainId }
}

let world: World
let tenant: Awaited<ReturnType<typeof open>>

beforeEach(async () => {
  world = await openWorld()
  tenant = await open(world)
})

const person = { email: 'ada@acme.com', password: 'correct horse battery staple', name: 'Ada' }
const register = async () => {
  await world.send('POST /v1/auth/register', { json: person })
  await world.settle()
}
const joined = async () => Object.values(await membersOf(world, tenant.id)).filter((how) => how.endsWith('by domain'))
const mailed = (template: string) => mailOf(world, template).data

const proofs: [string, () => Promise<unknown>][] = [
  ['a mailed link', () => verifyEmail(world, mailed('verify-email').token ?? '')],
  [
    'a reset of the password',
    async () => {
      await askForReset(world, person.email)
      await resetPassword(world, mailed('reset-password').token ?? '', 'another horse battery staple')
    },
  ],
  [
    'a log-in by link',
    async () => {
      await askForLogIn(world, person.email)
      await logInByLink(world, mailed('log-in').token ?? '')
    },
  ],
  [
    'a log-in by code',
    async () => {
      await askForLogIn(world, person.email)
      await logInByCode(world, mailed('log-in').code ?? '', person.email)
    },
  ],
]

test.each(proofs)(
  'whoever proves an address of a domain by %s joins its organization, and not before',
  async (_, prove) => {
    await register()
    expect(await joined()).toEqual([])
    const events = await eventsOf(world, prove)
    expect(await joined()).toEqual(['member by domain'])
    const join = events.filter(({ type }) => type === 'member.joined')
    expect(join.map(({ data, actorKind, actorId }) => ({ data, actorKind, actorId }))).toEqual([
      {
        data: { organizationId: tenant.id, by: 'domain', role: 'member' },
        actorKind: 'system',
        actorId: 'join-by-domain',
      },
    ])
  },
)

test('whoever moves to an address of a domain joins', async () => {
  const someone = await arrive(world)
  await askForEmailChange(world, someone.accessToken, person.email)
  await confirmEmail(world, mailed('confirm-email').token ?? '')
  expect((await membersOf(world, tenant.id))[someone.user.id]).toBe('member by domain')
})

test('whoever comes with a proved address of a domain from another provider joins', async () => {
  const opened = await openFederatedWorld()
  world = opened.world
  tenant = await open(world)
  expect((await exchangeIn(world, await comeBackAs(opened, { email: person.email }))).status).toBe(200)
  await world.settle()
  expect(await joined()).toEqual(['member by domain'])
})

test('nobody joins by a domain below or above, that is only claimed, lets nobody join, or is to make them owner', async () => {
  for (const change of [
    { verifiedAt: null },
    { autoJoinRole: null },
    { autoJoinRole: 'owner' },
    { autoJoinRole: 'king' },
  ]) {
    const now = world.clock.now()
    await world.db.update(organizationDomains).set({ verifiedAt: now, autoJoinRole: 'member', ...change })
    await arrive(world, 'acme.com')
  }
  await world.db.update(organizationDomains).set({ autoJoinRole: 'member' })
  await arrive(world, 'mail.acme.com')
  await arrive(world, 'com.acme.com')
  await arrive(world, 'notacme.com')
  expect(await joined()).toEqual([])
  await arrive(world, 'acme.com')
  expect(await joined()).toEqual(['member by domain'])
})

test('people join as a role of the organization’s own, and who is a member already stays what they are', async () => {
  await addRole(world, tenant.id, 'reader', ['members:read'])
  await world.db.update(organizationDomains).set({ autoJoinRole: 'reader' })
  const someone = await arrive(world, 'acme.com')
  expect((await membersOf(world, tenant.id))[someone.user.id]).toBe('reader by domain')
  await world.db.update(organizationDomains).set({ autoJoinRole: 'admin' })
  await world.send(`PATCH /v1/organizations/${tenant.id}/domains/${tenant.domainId}`, {
    token: tenant.owner.accessToken,
    json: { autoJoinRole: 'admin' },
  })
  await world.settle()
  expect((await membersOf(world, tenant.id))[someone.user.id]).toBe('reader by domain')
  await world.db.delete(organizationRoles)
})

test('those who proved addresses before join once the domain is proved, or lets them: all of them, and nobody else', async () => {
  await world.db.delete(organizationDomains)
  const people = [await arrive(world, 'acme.com'), await arrive(world, 'acme.com'), await arrive(world, 'acme.com')]
  await register()
  await arrive(world, 'notacme.com')
  const [banned] = people
  await world.db.run('update "user" set banned_at = now() where id = $1::uuid', [banned?.user.id], 'objects')
  const token = tenant.owner.accessToken
  const claim = await world.send(`POST /v1/organizations/${tenant.id}/domains`, { token, json: { domain: 'acme.com' } })
  const { id, record } = Object(claim.body)
  world.zone.set(record.name, { outcome: 'found', texts: [record.value] })
  const path = `/v1/organizations/${tenant.id}/domains/${id}`
  await world.send(`POST ${path}/verify`, { token })
  await world.settle()
  expect(await joined()).toEqual([])
  const events = await eventsOf(world, () => world.send(`PATCH ${path}`, { token, json: { autoJoinRole: 'member' } }))
  const expected = people.slice(1).map(({ user }) => user.id)
  expect(Object.keys(await membersOf(world, tenant.id)).toSorted()).toEqual(
    [tenant.owner.user.id, ...expected].toSorted(),
  )
  expect(
    events
      .filter(({ type }) => type === 'member.joined')
      .map(({ userId }) => String(userId))
      .toSorted(),
  ).toEqual(expected.toSorted())
  await world.send(`DELETE ${path}`, { token })
  const again = await world.send(`POST /v1/organizations/${tenant.id}/domains`, {
    token,
    json: { domain: 'acme.com', autoJoinRole: 'member' },
  })
  const second = Object(again.body)
  world.zone.set(second.record.name, { outcome: 'found', texts: [second.record.value] })
  await world.db.run('update "user" set banned_at = null', [], 'objects')
  await world.send(`POST /v1/organizations/${tenant.id}/domains/${second.id}/verify`, { token })
  await world.settle()
  expect(await joined()).toHaveLength(3)
})

test('more people than one batch holds join in several', async () => {
  await world.db.run(
    `insert into "user" (id, email, email_verified_at, created_at, updated_at)
    select gen_random_uuid(), 'n' || n || '@acme.com', now(), now(), now() from generate_series(1, 450) n`,
    [],
    'objects',
  )
  await world.send(`PATCH /v1/organizations/${tenant.id}/domains/${tenant.domainId}`, {
    token: tenant.owner.accessToken,
    json: { autoJoinRole: 'member' },
  })
  await world.settle()
  expect(await joined()).toHaveLength(450)
  const failed = (await listRecords(world)).filter(({ state }) => state !== 'completed')
  expect(failed).toEqual([])
})
