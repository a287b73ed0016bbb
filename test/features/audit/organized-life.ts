import { openProvedWorld, registerProved } from '../authenticators/second-factors'
import { accept, actFor, found, invite, invitedBy } from '../organizations/people'
import { ada, grace } from '../people'

const alan = { email: 'alan@example.com', password: 'halts or does it not', name: 'Alan Turing' }
const stranger = 'stranger@example.org'

/** A life of an organization: who joins, what they may, who leaves, who gets it; returns what must stay private. */
export const organizeThrough = async () => {
  const { world, session: owner } = await openProvedWorld()
  const [member, other] = [await registerProved(world, grace), await registerProved(world, alan)]
  const { id } = await found(world, owner, 'Weaving Looms')
  const act = actFor(world, owner, id)
  const { token } = await invite(world, owner, id, grace.email)
  await accept(world, other, token)
  await accept(world, member, token)
  await accept(world, member, token)
  const { id: declined } = await invite(world, owner, id, alan.email)
  const bearer = { token: other.accessToken }
  await world.send('GET /v1/me/invitations', bearer)
  await world.send(`DELETE /v1/me/invitations/${declined}`, bearer)
  const revoked = await invite(world, owner, id, stranger)
  await act(`DELETE /invitations/${revoked.id}`)
  const { id: accepted } = await invite(world, owner, id, alan.email)
  await world.send(`POST /v1/me/invitations/${accepted}/accept`, bearer)
  await act('PATCH ', { json: { name: 'Spinning Mules' } })
  await act('POST /roles', { json: { name: 'clerk', description: 'Clerks.', permissions: [] } })
  await act('PATCH /roles/clerk', { json: { permissions: ['members:read', 'members:assign'] } })
  await act(`PATCH /members/${other.user.id}`, { json: { role: 'clerk' } })
  await actFor(world, other, id)(`PATCH /members/${other.user.id}`, { json: { role: 'admin' } })
  await act(`PATCH /members/${other.user.id}`, { json: { role: 'member' } })
  await act('DELETE /roles/clerk')
  await act(`DELETE /members/${other.user.id}`)
  await actFor(world, member, id)('POST /transfer', { json: { userId: member.user.id } })
  await act('GET /members')
  await act('POST /transfer', { json: { userId: member.user.id } })
  await act('DELETE /members/me')
  await actFor(world, member, id)('DELETE ')
  const people = [ada, grace, alan].flatMap(({ email, password, name }) => [email, password, name])
  const tokens = [owner, member, other].flatMap(({ accessToken }) => [accessToken, accessToken.slice(-40)])
  const mailed = [grace.email, alan.email, stranger].map((email) => invitedBy(world, email))
  return { world, secrets: [...people, ...tokens, ...mailed, token, stranger, 'Weaving', 'Spinning'] }
}
