import * as z from 'zod'
import { given, type Person } from '../given'
import { listMails, tokenIn, waitForMail } from './mailbox'
import type { Reply, SendOptions } from './send'
import type { Server } from './server'

const id = z.uuid({ version: 'v7' })
const instant = z.iso.datetime()

/** What the HTTP contract promises of organizations, written down a second time. */
export const Organization = z.strictObject({
  id,
  slug: z.string().regex(/^[a-z0-9](-?[a-z0-9]){1,47}$/),
  name: z.string(),
  role: z.string().nullable(),
  policies: z.strictObject({
    requiresSecondFactor: z.boolean(),
    allowedMethods: z.array(z.string()).nullable(),
    sessionSeconds: z.int().nullable(),
  }),
  createdAt: instant,
  updatedAt: instant,
})
export type Organization = z.output<typeof Organization>

export const Member = z.strictObject({
  id,
  name: z.string().nullable(),
  email: z.string(),
  role: z.string(),
  joinedAt: instant,
  joinedBy: z.enum(['creation', 'invitation', 'domain']),
})

export const Invitation = z.strictObject({
  id,
  email: z.string(),
  role: z.string(),
  invitedBy: id.nullable(),
  createdAt: instant,
  expiresAt: instant,
})

export const OwnInvitation = z.strictObject({
  id,
  organization: z.strictObject({ id, slug: z.string(), name: z.string() }),
  role: z.string(),
  createdAt: instant,
  expiresAt: instant,
})

export const Role = z.strictObject({
  name: z.string(),
  description: z.string(),
  permissions: z.array(z.string()),
  isSystem: z.boolean(),
})

const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), nextCursor: id.nullable() })

export const pages = {
  organizations: pageOf(Organization),
  members: pageOf(Member),
  invitations: pageOf(Invitation),
  ownInvitations: pageOf(OwnInvitation),
}

type Caller = Pick<Person, 'accessToken'>

/** Sends requests about one organization: `act('DELETE /members/me')`. */
export const actFor =
  (server: Server, { accessToken }: Caller, organizationId: string) =>
  (route: string, options: SendOptions = {}): Promise<Reply> => {
    const [method = '', path = ''] = route.split(/ (.*)/)
    return server.send(`${method} /v1/organizations/${organizationId}${path}`, { accessToken, ...options })
  }

/** Makes an organization, owned by a person. */
export const foundOrganization = async (
  server: Server,
  { accessToken }: Caller,
  fields: { name?: string; slug?: string } = {},
): Promise<Organization> => {
  const reply = await server.send('POST /v1/organizations', { accessToken, json: { name: 'Engines', ...fields } })
  if (reply.status !== 201) throw new Error(`Expected 201, not ${reply.status}: ${reply.text}`)
  return Organization.parse(reply.json)
}

/** Invites an address and reads the token in the mail. */
export const invitationToken = async (
  server: Server,
  inviter: Caller,
  organizationId: string,
  json: { email: string; role: string },
): Promise<string> => {
  const known = (await listMails(server, json.email)).filter(({ template }) => template === 'invitation').length
  const reply = await actFor(server, inviter, organizationId)('POST /invitations', { json })
  if (reply.status !== 201) throw new Error(`Expected 201, not ${reply.status}: ${reply.text}`)
  return tokenIn(await waitForMail(server, json.email, 'invitation', known + 1))
}

export const acceptInvitation = (server: Server, { accessToken }: Caller, token: string): Promise<Reply> =>
  server.send('POST /v1/organizations/invitations/accept', { accessToken, json: { token } })

/** Somebody new who joined an organization by an invitation. */
export const givenMember = async (
  server: Server,
  inviter: Caller,
  organizationId: string,
  role = 'member',
): Promise<Person> => {
  const person = await given.person(server)
  const token = await invitationToken(server, inviter, organizationId, { email: person.email, role })
  const reply = await acceptInvitation(server, person, token)
  if (reply.status !== 200) throw new Error(`Expected 200, not ${reply.status}: ${reply.text}`)
  return person
}
