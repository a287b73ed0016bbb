import { expect, test } from 'bun:test'
import { openWorld } from '../../platform'
import { type WatchedStatement, watchTenants } from './tenant-watch'
import { arrive, openTenant } from './tenant-world'

/** What no tenant can hold: it is about a domain, whoever's it is. */
const aboutDomains: [what: string, text: RegExp][] = [
  [
    'who proves a domain, and whether another one has',
    /taken as \([\s\S]*holder\.organization_id <> claim\.organization_id/,
  ],
  ['who joins by an address', /joined as \(\s+insert into organization_member/],
  ['who is to join by a domain', /person\.email like domain\.pattern/],
]

test('each statement on teams, domains and policies runs as a role that sees one tenant, but those about whose a domain is', async () => {
  const seen: WatchedStatement[] = []
  const plain = await openWorld()
  const { id, owner, member } = await openTenant(plain)
  const world = plain.startAnother({}, { db: watchTenants(plain.db, seen) })
  const token = owner.accessToken
  const call = async (route: string, json?: object): Promise<unknown> => {
    const [method, path] = route.split(' ')
    const answer = await world.send(`${method} /v1/organizations/${id}${path}`, { token, ...(json && { json }) })
    expect({ route, isDone: answer.status < 300 }).toEqual({ route, isDone: true })
    return answer.body
  }
  const team = Object(await call('POST /teams', { name: 'Engines' })).id
  await call('GET /teams')
  await call(`PATCH /teams/${team}`, { name: 'Looms' })
  await call(`PUT /teams/${team}/members/${member.user.id}`)
  await call(`GET /teams/${team}/members`)
  await call(`DELETE /teams/${team}/members/${member.user.id}`)
  await call(`DELETE /teams/${team}`)
  await call('GET /policies')
  await call('PUT /policies', { requiresSecondFactor: false, allowedMethods: ['password'], sessionSeconds: 3600 })
  const domain = Object(await call('POST /domains', { domain: 'acme.com', autoJoinRole: 'member' }))
  world.zone.set(domain.record.name, { outcome: 'found', texts: [domain.record.value] })
  await arrive(world, 'acme.com')
  await call(`POST /domains/${domain.id}/verify`)
  await world.settle()
  await call('GET /domains')
  await call(`PATCH /domains/${domain.id}`, { autoJoinRole: 'admin' })
  await world.settle()
  await call(`DELETE /domains/${domain.id}`)
  await world.send('POST /v1/auth/organization', { token, json: { organizationId: id } })

  const within = seen.filter(({ isWithin }) => isWithin)
  const outside = seen.filter(({ isWithin }) => !isWithin).map(({ text }) => text)
  expect(within.length).toBeGreaterThan(14)
  for (const [what, known] of aboutDomains)
    expect(
      outside.some((text) => known.test(text)),
      what,
    ).toBe(true)
  expect(outside.filter((text) => !aboutDomains.some(([, known]) => known.test(text)))).toEqual([])
  const nameless = within.filter(({ text }) => !/(organization_id|organization\.id|\bid) = \$\d+::uuid/.test(text))
  expect(nameless.map(({ text }) => text)).toEqual([])
})
