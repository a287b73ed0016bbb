import * as z from 'zod'

const id = z.uuid({ version: 'v7' })
const instant = z.iso.datetime()

/** What the HTTP contract promises of teams, domains and tokens for an organization, written down a second time. */
export const Team = z.strictObject({ id, name: z.string(), createdAt: instant })
export const TeamPage = z.strictObject({ items: z.array(Team), nextCursor: id.nullable() })
export const TeamMemberPage = z.strictObject({
  items: z.array(z.strictObject({ userId: id, name: z.string().nullable(), email: z.string(), joinedAt: instant })),
  nextCursor: id.nullable(),
})

export const Domain = z.strictObject({
  id,
  domain: z.string(),
  autoJoinRole: z.string().nullable(),
  record: z.strictObject({ type: z.literal('TXT'), name: z.string(), value: z.string() }),
  createdAt: instant,
  verifiedAt: instant.nullable(),
  checkedAt: instant.nullable(),
  missingSince: instant.nullable(),
})
export type Domain = z.output<typeof Domain>
export const DomainList = z.strictObject({ items: z.array(Domain) })

const Claims = z.looseObject({
  sub: id,
  sid: id,
  org: z.strictObject({ id, slug: z.string(), role: z.string(), permissions: z.array(z.string()) }).nullable(),
})

/** What an access token says, as whoever is given it reads it. */
export const claimsOf = (accessToken: string) =>
  Claims.parse(JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()))

/** A domain that no other test has. */
export const freshDomain = (): string => `d${crypto.randomUUID()}.com`
