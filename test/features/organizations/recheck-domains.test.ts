import { beforeEach, expect, test } from 'bun:test'
import type { TxtAnswer } from '#core/dns'
import { organizationDomains } from '#db/schema/organizations'
import { recheckDomains } from '#features/organizations/recheck-domains'
import { openWorld, type World } from '../../platform'
import { eventsOf } from '../audit/events'
import { arrive, foundOrganization } from './tenant-world'

let world: World
let organizationId: string

const day = 86_400
const nameOf = (domain: string) => `_postern-challenge.${domain}`
const proofOf = (domain: string): TxtAnswer => ({
  outcome: 'found',
  texts: ['other', `postern-domain-verification=${domain}`],
})

/** Domains that were proved now, and whose records are there. */
const prove = async (...domains: string[]) => {
  const now = world.clock.now()
  await world.db.insert(organizationDomains).values(
    domains.map((domain) => ({
      id: world.platform.ids.next(),
      organizationId,
      domain,
      challenge: domain,
      createdAt: now,
      verifiedAt: now,
      checkedAt: now,
    })),
  )
  for (const domain of domains) world.zone.set(nameOf(domain), proofOf(domain))
}

beforeEach(async () => {
  world = await openWorld()
  organizationId = await foundOrganization(world, await arrive(world))
  await prove('acme.com')
})

const recheck = () =>
  recheckDomains({
    ...world.platform,
    actor: { kind: 'system', job: 'recheck-domains' },
    request: { id: 'a job', ipAddress: null, userAgent: null, place: null, traceparent: null },
    job: { id: 'a job', causedAt: world.clock.now(), isLastTry: false },
  })

const find = async (domain = 'acme.com') =>
  (await world.db.select().from(organizationDomains)).find((row) => row.domain === domain)

test('a domain is looked at once a day', async () => {
  const asked: string[] = []
  const dns = {
    txt: async (name: string) => {
      asked.push(name)
      return proofOf('acme.com')
    },
  }
  world.platform.dns = dns
  for (const hours of [0, 23, 2, 1, 24]) {
    world.advance(hours * 3600)
    await recheck()
  }
  expect(asked).toHaveLength(2)
  expect((await find())?.checkedAt).toEqual(world.clock.now())
})

test('a record that is missing for a week ends the proof, and not an hour before; then the domain is free', async () => {
  world.advance(2 * day)
  world.zone.delete(nameOf('acme.com'))
  await recheck()
  const missingSince = world.clock.now()
  expect(await find()).toMatchObject({ missingSince, checkedAt: missingSince, verifiedAt: expect.any(Date) })
  world.advance(7 * day - 3600)
  await recheck()
  expect(await find()).toMatchObject({ missingSince, verifiedAt: expect.any(Date) })
  world.advance(day + 3600)
  const events = await eventsOf(world, recheck)
  expect(await find()).toMatchObject({ missingSince, verifiedAt: null })
  expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
    { type: 'domain.lapsed', data: { organizationId, domain: 'acme.com' } },
  ])
  world.advance(2 * day)
  expect(await eventsOf(world, recheck)).toEqual([])
})

test('a record that comes back is as if it had never been away', async () => {
  world.advance(2 * day)
  world.zone.set(nameOf('acme.com'), { outcome: 'found', texts: ['postern-domain-verification=another'] })
  await recheck()
  expect((await find())?.missingSince).toEqual(world.clock.now())
  world.advance(6 * day)
  world.zone.set(nameOf('acme.com'), proofOf('acme.com'))
  await recheck()
  expect(await find()).toMatchObject({ missingSince: null, verifiedAt: expect.any(Date) })
})

test('DNS that does not answer changes nothing, for however long', async () => {
  const before = await find()
  world.zone.set(nameOf('acme.com'), { outcome: 'unavailable' })
  for (const _ of [1, 2, 3]) {
    world.advance(8 * day)
    await recheck()
  }
  expect(await find()).toEqual(before)
})

test('domains whose servers are silent keep nobody else from being looked at', async () => {
  const silent = Array.from({ length: 40 }, (_, index) => `silent${index}.com`)
  await world.db.delete(organizationDomains)
  await prove(...silent, 'last.com')
  world.advance(2 * day)
  for (const domain of silent) world.zone.set(nameOf(domain), { outcome: 'unavailable' })
  await recheck()
  expect((await find('last.com'))?.checkedAt).toEqual(world.clock.now())
})

test('what is proved anew while it is looked at stays so', async () => {
  world.advance(9 * day)
  await world.db.update(organizationDomains).set({ missingSince: new Date(0) })
  const later = new Date(world.clock.now().getTime() + 1)
  world.platform.dns = {
    txt: async () => {
      await world.db.update(organizationDomains).set({ checkedAt: later, missingSince: null })
      return { outcome: 'absent' }
    },
  }
  await recheck()
  expect(await find()).toMatchObject({ verifiedAt: expect.any(Date), missingSince: null, checkedAt: later })
})
