import * as z from 'zod'
import type { Context } from '#core/context'
import { instant } from '#core/instant'
import { mostPerMinute } from '#core/limits'
import { parseNetwork } from '#core/network'
import { line } from '#core/text'

const names = () => z.array(z.string().min(1).max(100)).max(100)

const Network = z
  .string()
  .max(49)
  .refine((text) => parseNetwork(text) !== undefined, { error: 'is no network such as 192.0.2.0/24.' })

/** What an owner decides of an API key. */
const settings = {
  name: line(100),
  scopes: names().meta({ description: 'What it may do of what its owner may.' }),
  allowedNetworks: z.array(Network).max(20).meta({ description: 'Where it is accepted from; none for everywhere.' }),
  limitPerMinute: z.int().min(1).max(mostPerMinute).nullable(),
}

export const NewApiKey = z.strictObject({
  ...settings,
  scopes: settings.scopes.default([]),
  allowedNetworks: settings.allowedNetworks.default([]),
  limitPerMinute: settings.limitPerMinute.default(null),
  expiresAt: instant.nullable().default(null),
})
export type NewApiKey = z.output<typeof NewApiKey>

export const ApiKeyChange = z.strictObject(settings).partial()
export type ApiKeyChange = z.output<typeof ApiKeyChange>

export const ApiKeyRoll = z.strictObject({
  overlapSeconds: z.int().min(0).max(604_800).default(86_400).meta({ description: 'How long the key lives on.' }),
})
export type ApiKeyRoll = z.output<typeof ApiKeyRoll>

export const ApiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string().meta({ description: 'How it begins.', example: 'postern_Zm9vYmFy' }),
    scopes: z.array(z.string()),
    allowedNetworks: z.array(z.string()),
    limitPerMinute: z.int().nullable(),
    expiresAt: instant.nullable(),
    lastUsedAt: instant.nullable().meta({ description: 'To a minute.' }),
    createdAt: instant,
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.output<typeof ApiKey>

export const CreatedApiKey = ApiKey.extend({ key: z.string().meta({ description: 'Shown this once.' }) })
export type CreatedApiKey = z.output<typeof CreatedApiKey>

export const ApiKeyPage = z.object({ items: z.array(ApiKey), nextCursor: z.uuid().nullable() })
export type ApiKeyPage = z.output<typeof ApiKeyPage>

/** An API key as it is stored, without its hash. */
export interface ApiKeyRow {
  id: string
  name: string
  prefix: string
  scopes: string[]
  allowedNetworks: string[]
  limitPerMinute: number | null
  expiresAt: Date | null
  lastUsedAt: Date | null
  createdAt: Date
}

export const toApiKey = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  allowedNetworks: row.allowedNetworks,
  limitPerMinute: row.limitPerMinute,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
})

/** Who may do something with the keys of an owner, and which owner that is. */
export interface KeyHolder {
  kind: 'user' | 'organization' | 'service-account'
  /** A person with a session, if it is their own keys. */
  userId: string | null
  sessionId: string | null
  /** The person must have shown who they are since. */
  freshAfter: Date | null
  organizationId: string | null
  serviceAccountId: string | null
  /** Who makes it, if it is a person. */
  makerId: string | null
  /** What the maker may do; a key never does more. */
  permissions: string[]
}

/** Lets in who may do something with the keys of an owner: what a verb begins with. */
export type KeyDoor = (ctx: Context, act: 'read' | 'revoke' | 'change' | 'create') => Promise<KeyHolder>

/** Who may do something with service accounts. */
export interface AccountHolder {
  /** Null for the platform's. */
  organizationId: string | null
  makerId: string | null
  /** What the maker may do; a service account never does more. */
  permissions: string[]
}

/** Lets in who may do something with service accounts: what a verb begins with. */
export type AccountDoor = (ctx: Context, act: 'read' | 'revoke' | 'write') => Promise<AccountHolder>

export const NewServiceAccount = z.strictObject({ name: line(100), permissions: names() })
export type NewServiceAccount = z.output<typeof NewServiceAccount>

export const ServiceAccountChange = z
  .strictObject({ name: line(100), permissions: names(), isDisabled: z.boolean() })
  .partial()
export type ServiceAccountChange = z.output<typeof ServiceAccountChange>

export const ServiceAccount = z
  .object({
    id: z.uuid(),
    organizationId: z.uuid().nullable(),
    name: z.string(),
    permissions: z.array(z.string()),
    isDisabled: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'ServiceAccount' })
export type ServiceAccount = z.output<typeof ServiceAccount>

export interface ServiceAccountRow {
  id: string
  organizationId: string | null
  name: string
  permissions: string[]
  createdAt: Date
  disabledAt: Date | null
}

export const toServiceAccount = ({ disabledAt, createdAt, ...row }: ServiceAccountRow): ServiceAccount => ({
  ...row,
  isDisabled: disabledAt !== null,
  createdAt: createdAt.toISOString(),
})

export const ServiceAccountPage = z.object({ items: z.array(ServiceAccount), nextCursor: z.uuid().nullable() })
export type ServiceAccountPage = z.output<typeof ServiceAccountPage>
