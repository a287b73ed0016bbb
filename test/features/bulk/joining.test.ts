import { beforeEach, expect, test } from 'bun:test'
import { organizationDomains } from '#db/schema/organizations'
import type { World } from '../../platform'
import { arrive, foundOrganization, membersOf } from '../organizations/tenant-world'
import { importFile, lines, openStaffWorld } from './operators'

let world: World
let token: string
let organizationId: string

beforeEach(async () => {
  ;({ world, token } = await openStaffWorld())
  organizationId = await foundOrganization(world, await arrive(world, 'elsewhere.com'))
  const now = world.clock.now()
  const id = world.platform.ids.next()
  const domain = { id, organizationId, domain: 'acme.com', challenge: id, autoJoinRole: 'member', createdAt: now }
  await world.db.insert(organizationDomains).values({ ...domain, verifiedAt: now, checkedAt: now })
})

const joined = async () =>
  Object.values(await membersOf(world, organizationId)).filter((how) => how === 'member by domain').length

test('who is imported with a proved address of a domain that lets them join does, and nobody else', async () => {
  await importFile(
    world,
    token,
    lines(
      { email: 'one@acme.com', emailVerified: true },
      { email: 'two@acme.com', emailVerified: true },
      { email: 'unproved@acme.com' },
      { email: 'three@other.com', emailVerified: true },
    ),
  )
  expect(await joined()).toBe(2)
})

test('so does whom staff make, or give an address, that they say is proved', async () => {
  const make = async (json: object) => {
    const { status, body } = await world.send('POST /v1/admin/users', {
      token,
      json: { sendInvitation: false, ...json },
    })
    expect(status).toBe(201)
    await world.settle()
    return String(Object(body).id)
  }
  await make({ email: 'one@acme.com', emailVerified: true })
  expect(await joined()).toBe(1)
  const id = await make({ email: 'two@acme.com' })
  expect(await joined()).toBe(1)
  await world.send(`PATCH /v1/admin/users/${id}`, { token, json: { emailVerified: true } })
  await world.settle()
  expect(await joined()).toBe(2)
  const moved = await make({ email: 'three@other.com' })
  await world.send(`PATCH /v1/admin/users/${moved}`, { token, json: { email: 'three@acme.com', emailVerified: true } })
  await world.settle()
  expect(await joined()).toBe(3)
})
