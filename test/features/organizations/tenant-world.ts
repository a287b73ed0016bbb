import { organizationMembers, organizationRoles, organizations } from '#db/schema/organizations'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { addTotp, registerProved } from '../authenticators/second-factors'

export type Someone = TokenSet & { email: string; password: string }

/** Somebody who is logged in, and whose address is proved; at `domain`, if it says so. */
export const arrive = async (world: World, domain = 'example.com'): Promise<Someone> => {
  const person = { email: `${crypto.randomUUID()}@${domain}`, password: 'correct horse battery staple', name: 'Ada' }
  return { ...person, ...(await registerProved(world, person)) }
}

/** Makes somebody a member. */
export const addMember = async (world: World, organizationId: string, { user }: TokenSet, role = 'member') => {
  const joinedAt = world.clock.now()
  await world.db
    .insert(organizationMembers)
    .values({ organizationId, userId: user.id, role, joinedBy: 'invitation', joinedAt })
}

/** An organization with its owner. */
export const foundOrganization = async (world: World, owner: TokenSet): Promise<string> => {
  const id = world.platform.ids.next()
  const now = world.clock.now()
  await world.db.insert(organizations).values({ id, slug: `o-${id}`, name: 'Acme', createdAt: now, updatedAt: now })
  await addMember(world, id, owner, 'owner')
  return id
}

/** A role that an organization made for itself. */
export const addRole = async (world: World, organizationId: string, name: string, permissions: string[]) => {
  const now = world.clock.now()
  await world.db
    .insert(organizationRoles)
    .values({ organizationId, name, description: name, permissions, createdAt: now, updatedAt: now })
}

/** Somebody of an organization, by what they are there. */
export const arriveAs = async (world: World, organizationId: string, role: string): Promise<Someone> => {
  const someone = await arrive(world)
  await addMember(world, organizationId, someone, role)
  return someone
}

/** Whom there are in an organization: role and how they joined, by their ids. */
export const membersOf = async (world: World, organizationId: string): Promise<Record<string, string>> => {
  const rows = await world.db.select().from(organizationMembers)
  return Object.fromEntries(
    rows
      .filter((row) => row.organizationId === organizationId)
      .map(({ userId, role, joinedBy }) => [userId, `${role} by ${joinedBy}`]),
  )
}

/** An organization with its owner, an admin, a member, and a stranger to it. */
export const openTenant = async (world: World) => {
  const owner = await arrive(world)
  const id = await foundOrganization(world, owner)
  return {
    id,
    owner,
    admin: await arriveAs(world, id, 'admin'),
    member: await arriveAs(world, id, 'member'),
    stranger: await arrive(world),
  }
}

/** Lets somebody show a second factor, which their session has then. */
export const raise = (world: World, someone: TokenSet) => addTotp(world, someone)
