import * as z from 'zod'
import { instant } from '#core/instant'
import type { StoredAccess } from '#core/permissions'
import { User } from '../profiles/contract'

const tokenLives = {
  expiresIn: z.int().meta({ description: 'Seconds until the access token ends.', example: 900 }),
  refreshExpiresIn: z.int().meta({ description: 'Seconds until the session ends, if unused.', example: 604800 }),
  sessionId: z.uuid(),
  user: User,
}

/** What a log-in or a refresh gives: RFC 6749's answer in camelCase, with the session and its user. */
export const TokenSet = z
  .object({
    tokenType: z.literal('Bearer'),
    accessToken: z.string().meta({ description: 'A JWT (RFC 9068).' }),
    refreshToken: z.string().meta({ description: 'Opaque. Each refresh gives the next one.' }),
    ...tokenLives,
  })
  .meta({ id: 'TokenSet' })
export type TokenSet = z.output<typeof TokenSet>

/** The same for a browser that asked for cookies: the tokens are in them and nowhere else. */
export const CookieTokenSet = z.object({ tokenType: z.literal('Cookie'), ...tokenLives }).meta({ id: 'CookieTokenSet' })
export type CookieTokenSet = z.output<typeof CookieTokenSet>

export const Transport = z.enum(['bearer', 'cookie']).meta({
  description: '`cookie` puts the tokens in HttpOnly cookies; only our own pages can ask for it.',
})

export const RefreshRequest = z
  .strictObject({ refreshToken: z.string().max(512).optional() })
  .meta({ id: 'RefreshRequest', description: 'Without a refresh token, the one in the cookie is taken.' })

export const Session = z
  .object({
    id: z.uuid(),
    current: z.boolean().meta({ description: 'Whether it is the one that asks.' }),
    createdAt: instant,
    lastUsedAt: instant,
    expiresAt: instant,
    ipAddress: z.string().nullable().meta({ example: '203.0.113.7' }),
    userAgent: z.string().nullable(),
    amr: z.array(z.string()).meta({ description: 'How the user authenticated (RFC 8176).', example: ['pwd'] }),
    acr: z.string().meta({ description: 'How strongly (NIST SP 800-63B).', example: 'aal1' }),
    impersonated: z.boolean().meta({ description: 'Whether somebody of the staff acts in it.' }),
  })
  .meta({ id: 'Session' })
export type Session = z.output<typeof Session>

export const SessionParams = z.strictObject({ id: z.uuid() })

export const TrustedDevice = z
  .object({
    id: z.uuid(),
    createdAt: instant,
    lastUsedAt: instant,
    expiresAt: instant,
    ipAddress: z.string().nullable().meta({ example: '203.0.113.7' }),
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'TrustedDevice', description: 'It is let in without a second factor until it expires.' })
export type TrustedDevice = z.output<typeof TrustedDevice>

export const JsonWebKeySet = z
  .object({
    keys: z.array(z.object({ kty: z.string(), kid: z.string(), alg: z.string(), use: z.literal('sig') }).loose()),
  })
  .meta({ id: 'JsonWebKeySet' })
export type JsonWebKeySet = z.output<typeof JsonWebKeySet>

/** What the tokens of a session are made from. */
export interface SessionState {
  sessionId: string
  userId: string
  counter: number
  rotatedAt: Date
  authenticatedAt: Date
  expiresAt: Date
  amr: string[]
  acr: string
  access: StoredAccess
  /** Whoever of the staff opened it to act as its owner. */
  impersonatorId: string | null
}

/** A session as its list selects it. */
export interface SessionRow {
  id: string
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
  ipAddress: string | null
  userAgent: string | null
  amr: string[]
  acr: string
  impersonatorId: string | null
}

export const toSession = (row: SessionRow, currentId: string | null): Session => ({
  id: row.id,
  current: row.id === currentId,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  ipAddress: row.ipAddress,
  userAgent: row.userAgent,
  amr: row.amr,
  acr: row.acr,
  impersonated: row.impersonatorId !== null,
})
