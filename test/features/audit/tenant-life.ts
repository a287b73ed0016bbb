import { OrganizationDomain } from '#features/organizations/domain-contract'
import { Team } from '#features/organizations/team-contract'
import { openWorld } from '../../platform'
import { addMember, arrive, foundOrganization } from '../organizations/tenant-world'

const teamName = 'Engineers of Augusta'

/** Two organizations with a team, a domain that both want, and people who join by it; returns what must stay private. */
export const joinThrough = async () => {
  const world = await openWorld()
  const [owner, member, rival] = [await arrive(world), await arrive(world), await arrive(world)]
  const [id, other] = [await foundOrganization(world, owner), await foundOrganization(world, rival)]
  await addMember(world, id, member)
  const { accessToken: token } = owner
  const at = `/v1/organizations/${id}`
  const team = Team.parse((await world.send(`POST ${at}/teams`, { token, json: { name: teamName } })).body)
  await world.send(`PATCH ${at}/teams/${team.id}`, { token, json: { name: `${teamName}s` } })
  await world.send(`PUT ${at}/teams/${team.id}/members/${member.user.id}`, { token })
  await world.send(`DELETE ${at}/teams/${team.id}/members/${member.user.id}`, { token })
  await world.send(`DELETE ${at}/teams/${team.id}`, { token })

  const claim = async (of: string, by: string) => {
    const json = { domain: 'acme.com', autoJoinRole: 'member' }
    return OrganizationDomain.parse(
      (await world.send(`POST /v1/organizations/${of}/domains`, { token: by, json })).body,
    )
  }
  const [mine, theirs] = [await claim(id, token), await claim(other, rival.accessToken)]
  const verify = () => world.send(`POST ${at}/domains/${mine.id}/verify`, { token })
  await verify()
  world.zone.set(mine.record.name, { outcome: 'found', texts: [mine.record.value, theirs.record.value] })
  await verify()
  await world.send(`POST /v1/organizations/${other}/domains/${theirs.id}/verify`, { token: rival.accessToken })
  const joined = await arrive(world, 'acme.com')
  const { body } = await world.send('POST /v1/auth/organization', {
    token: joined.accessToken,
    json: { organizationId: id },
  })
  world.zone.clear()
  await world.db.run(
    "update organization_domain set missing_since = '2026-01-01', checked_at = '2026-01-01'",
    [],
    'objects',
  )
  await world.db.run(
    `insert into pgboss.job (name, data) values ('recheck-domains', jsonb_build_object('payload', '{}'::jsonb,
      'cause', jsonb_build_object('requestId', 'cron', 'at', now(), 'ipAddress', null, 'userAgent', null)))`,
    [],
    'objects',
  )
  await world.settle()
  await world.send(`DELETE ${at}/domains/${mine.id}`, { token })
  const { accessToken, refreshToken } = Object(body)
  const people = [owner, member, rival, joined]
  const secrets = people.flatMap((person) => [person.accessToken, person.refreshToken, person.email, person.password])
  return { world, secrets: [...secrets, accessToken, refreshToken, teamName] }
}
