import * as z from 'zod'

/**
 * What the HTTP contract promises, written down a second time: strict, so that a member nobody promised fails too.
 */
const id = z.uuid({ version: 'v7' })
const instant = z.iso.datetime()

export const User = z.strictObject({
  id,
  email: z.string(),
  emailVerified: z.boolean(),
  name: z.string().nullable(),
  bio: z.string().nullable(),
  phone: z.string().nullable(),
  address: z.record(z.string(), z.string()).nullable(),
  locale: z.string().nullable(),
  timeZone: z.string().nullable(),
  website: z.string().nullable(),
  picture: z.string().nullable(),
  attributes: z.record(z.string(), z.unknown()),
  visibility: z.record(z.string(), z.enum(['everyone', 'users', 'nobody'])),
  recoveryCodesLeft: z.int().nullable(),
  createdAt: instant,
  updatedAt: instant,
})
export type User = z.output<typeof User>

const lives = { expiresIn: z.int(), refreshExpiresIn: z.int(), sessionId: id, user: User }

export const TokenSet = z.strictObject({
  tokenType: z.literal('Bearer'),
  accessToken: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  refreshToken: z.string().startsWith('prt_'),
  ...lives,
})
export type TokenSet = z.output<typeof TokenSet>

export const CookieTokenSet = z.strictObject({ tokenType: z.literal('Cookie'), ...lives })

export const Activation = z.strictObject({
  isFullyActivated: z.boolean(),
  canLogin: z.boolean(),
  pendingTasks: z.array(z.string()),
  message: z.string().min(1),
})

export const ActivationAnswer = z.strictObject({ activation: Activation })

export const Registered = z.strictObject({ user: User, activation: Activation, tokens: TokenSet })

export const PublicProfile = z.strictObject({
  ...User.pick({ id: true, name: true, bio: true, website: true, picture: true, locale: true, timeZone: true }).shape,
  ...User.pick({ phone: true, address: true, attributes: true }).shape,
  email: z.string().nullable(),
})

export const Session = z.strictObject({
  id,
  current: z.boolean(),
  createdAt: instant,
  lastUsedAt: instant,
  expiresAt: instant,
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  amr: z.array(z.string()),
  acr: z.string(),
  impersonated: z.boolean(),
})

export const SessionPage = z.strictObject({ items: z.array(Session), nextCursor: id.nullable() })

export const KeySet = z.strictObject({ keys: z.array(z.record(z.string(), z.string())) })

export const Mailbox = z.strictObject({
  items: z.array(
    z.strictObject({
      to: z.string(),
      subject: z.string(),
      text: z.string(),
      html: z.string(),
      template: z.string(),
      data: z.record(z.string(), z.string()),
      sentAt: instant,
    }),
  ),
})
export type Mail = z.output<typeof Mailbox>['items'][number]

export const Problem = z.object({
  type: z.string().regex(/^\/problems\/[a-z-]+$/),
  title: z.string().min(1),
  status: z.int(),
  code: z.string().regex(/^[a-z_]+$/),
  detail: z.string().min(1),
  instance: z.string().startsWith('urn:request:'),
  requestId: z.string(),
  errors: z.array(z.strictObject({ pointer: z.string(), code: z.string(), message: z.string().min(1) })).optional(),
})
export type Problem = z.output<typeof Problem>

export const ActivityItem = z.strictObject({
  id,
  type: z.string(),
  kind: z.enum(['organization', 'sign_in', 'session', 'credential', 'account', 'profile', 'identity']),
  occurredAt: instant,
  sessionId: id.nullable(),
  device: z.string().nullable(),
  ipAddress: z.string().nullable(),
  place: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
})
export type ActivityItem = z.output<typeof ActivityItem>

export const ActivityPage = z.strictObject({ items: z.array(ActivityItem), nextCursor: id.nullable() })

const AccountItem = z.strictObject({
  id,
  email: z.string(),
  emailVerified: z.boolean(),
  name: z.string().nullable(),
  createdAt: instant,
  banned: z.boolean(),
  bannedUntil: instant.nullable(),
  closedAt: instant.nullable(),
  roles: z.array(z.string()),
})

export const AccountPage = z.strictObject({ items: z.array(AccountItem), nextCursor: z.string().nullable() })

export const Account = z.strictObject({
  ...User.shape,
  ...AccountItem.shape,
  banReason: z.string().nullable(),
  lockedUntil: instant.nullable(),
  lastSignInAt: instant.nullable(),
  hasPassword: z.boolean(),
  authenticators: z.int(),
  sessions: z.int(),
})

const Somebody = z.strictObject({ id, email: z.string(), name: z.string().nullable() })

export const ImpersonationPage = z.strictObject({
  items: z.array(
    z.strictObject({
      sessionId: id,
      user: Somebody,
      impersonator: Somebody,
      reason: z.string(),
      createdAt: instant,
      lastUsedAt: instant,
      expiresAt: instant,
    }),
  ),
  nextCursor: id.nullable(),
})

const counts = z.record(z.string(), z.int())

export const Statistics = z.strictObject({
  from: z.string(),
  to: z.string(),
  days: z.array(
    z.strictObject({
      date: z.iso.date(),
      signUps: z.int(),
      created: z.int(),
      signIns: counts,
      failures: counts,
      activeUsers: z.int(),
    }),
  ),
  activeUsers: z.int(),
  totals: z.strictObject({ users: z.int(), unverified: z.int(), banned: z.int(), closed: z.int() }),
})
