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
