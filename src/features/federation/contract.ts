import * as z from 'zod'
import { instant } from '#core/instant'
import type { LoggedInRow } from '../authenticators/log-in-contract'
import { Transport } from '../sessions/contract'

/** RFC 7636, section 4.2: the SHA-256 of a verifier, base64url. */
const codeChallenge = z.string().regex(/^[\w-]{43}$/)
/** Section 4.1. */
const codeVerifier = z.string().regex(/^[\w.~-]{43,128}$/)

export const ProviderParams = z.strictObject({ provider: z.string().regex(/^[a-z][a-z0-9]{0,31}$/) })
export type ProviderParams = z.output<typeof ProviderParams>

export const ProviderList = z
  .object({
    items: z.array(
      z.object({ id: z.string().meta({ example: 'google' }), name: z.string().meta({ example: 'Google' }) }),
    ),
  })
  .meta({ id: 'ProviderList' })
export type ProviderList = z.output<typeof ProviderList>

export const AuthorizationRequest = z.strictObject({
  redirectTo: z.string().min(1).max(2048).meta({
    description: 'Where to come back to with `code`, or `error`: of our origin, or of REDIRECT_ORIGINS.',
  }),
  codeChallenge: codeChallenge.meta({
    description: 'The SHA-256 of a secret of the program that asks (RFC 7636, S256): only it can use the code.',
  }),
})
export type AuthorizationRequest = z.output<typeof AuthorizationRequest>

const code = z.string().min(1).max(128)

export const IdentityExchange = z
  .strictObject({ code, codeVerifier, transport: Transport.optional() })
  .meta({ id: 'IdentityExchange' })
export type IdentityExchange = z.output<typeof IdentityExchange>

export const IdTokenLogIn = z
  .strictObject({
    idToken: z.string().min(1).max(16_384),
    nonce: z.string().min(16).max(255).meta({ description: 'Of this log-in: the token has it, or its SHA-256.' }),
    transport: Transport.optional(),
  })
  .meta({ id: 'IdTokenLogIn' })
export type IdTokenLogIn = z.output<typeof IdTokenLogIn>

export const IdentityLink = z.strictObject({ code, codeVerifier }).meta({ id: 'IdentityLink' })
export type IdentityLink = z.output<typeof IdentityLink>

export const IdentityParams = z.strictObject({ id: z.uuid() })

export const Identity = z
  .object({
    id: z.uuid(),
    provider: z.string().meta({ example: 'google' }),
    email: z.string().nullable().meta({ description: 'As the provider said it last.' }),
    createdAt: instant,
    lastUsedAt: instant,
  })
  .meta({ id: 'Identity' })
export type Identity = z.output<typeof Identity>

export const IdentityList = z.object({ items: z.array(Identity) }).meta({ id: 'IdentityList' })
export type IdentityList = z.output<typeof IdentityList>

export const ProviderToken = z
  .object({ provider: z.string(), accessToken: z.string().meta({ description: 'The provider’s, not ours.' }) })
  .meta({ id: 'ProviderToken' })
export type ProviderToken = z.output<typeof ProviderToken>

export interface IdentityRow {
  id: string
  provider: string
  email: string | null
  createdAt: Date
  lastUsedAt: Date
}

export const toIdentity = (row: IdentityRow): Identity => ({
  id: row.id,
  provider: row.provider,
  email: row.email,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt.toISOString(),
})

/** Why somebody whom a provider knows was not let in. */
export type IdentityRefusal = 'conflict' | 'unproved' | 'banned' | 'raced'

/** What a statement made of an identity that a provider vouched for. */
export type IdentityOutcome = LoggedInRow | { id: null; refusal: IdentityRefusal }
