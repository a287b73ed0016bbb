import * as z from 'zod'
import { toCanonicalAddress } from '#core/network'

export const KeyVerification = z.strictObject({
  key: z.string().max(200),
  permissions: z.array(z.string().max(100)).max(100).default([]),
  ipAddress: z
    .string()
    .max(45)
    .refine((text) => toCanonicalAddress(text) !== undefined, { error: 'is no IP address.' })
    .optional()
    .meta({ description: 'Where the key was shown.' }),
})
export type KeyVerification = z.output<typeof KeyVerification>

export const VerifiedKey = z.object({
  valid: z.boolean(),
  code: z.enum(['valid', 'invalid', 'expired', 'network_not_allowed', 'insufficient_permissions', 'rate_limited']),
  keyId: z.uuid().nullable(),
  name: z.string().nullable(),
  owner: z.object({ kind: z.enum(['user', 'organization', 'service-account']), id: z.uuid() }).nullable(),
  organizationId: z.uuid().nullable(),
  scopes: z.array(z.string()).meta({ description: 'What the key may do now.' }),
  expiresAt: z.iso.datetime().nullable(),
  remaining: z.int().nullable().meta({ description: 'How many uses are left within its limit.' }),
})
export type VerifiedKey = z.output<typeof VerifiedKey>

/** RFC 6749, section 4.4.3. */
export const ClientToken = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  scope: z.string(),
})
export type ClientToken = z.output<typeof ClientToken>

/** RFC 7662, section 2.2. */
export const Introspection = z.object({
  active: z.boolean(),
  token_type: z.string().optional(),
  sub: z.uuid().optional(),
  client_id: z.uuid().optional(),
  iss: z.string().optional(),
  aud: z.string().optional(),
  exp: z.int().optional(),
  scope: z.string().optional(),
  sid: z.uuid().optional(),
  act: z.object({ sub: z.uuid() }).optional(),
  roles: z.array(z.string()).optional(),
  permissions: z.array(z.string()).optional(),
  org: z
    .object({ id: z.uuid(), permissions: z.array(z.string()) })
    .loose()
    .nullable()
    .optional(),
  key_id: z.uuid().optional(),
})
export type Introspection = z.output<typeof Introspection>
