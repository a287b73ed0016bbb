import * as z from 'zod'
import { instant } from '#core/instant'
import { line } from '#core/text'
import { Transport } from '../sessions/contract'

/** Bytes, as `toJSON()` of a browser's credential writes them. */
const bytes = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\w-]*$/)

const credential = {
  id: bytes(1400),
  rawId: bytes(1400),
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullable().optional(),
  clientExtensionResults: z.record(z.string(), z.unknown()).optional(),
}

export const Assertion = z
  .strictObject({
    ...credential,
    response: z.strictObject({
      clientDataJSON: bytes(4096),
      authenticatorData: bytes(4096),
      signature: bytes(2048),
      userHandle: bytes(128).nullable().optional(),
    }),
  })
  .meta({ id: 'PasskeyAssertion', description: '`toJSON()` of what `navigator.credentials.get()` gave.' })
export type Assertion = z.output<typeof Assertion>

export const Attestation = z
  .strictObject({
    ...credential,
    response: z.strictObject({
      clientDataJSON: bytes(4096),
      attestationObject: bytes(32_768),
      authenticatorData: bytes(8192).optional(),
      transports: z.array(z.string().max(32)).max(10).optional(),
      publicKey: bytes(4096).nullable().optional(),
      publicKeyAlgorithm: z.int().optional(),
    }),
  })
  .meta({ id: 'PasskeyAttestation', description: '`toJSON()` of what `navigator.credentials.create()` gave.' })
export type Attestation = z.output<typeof Attestation>

export const PasskeyLogIn = z
  .strictObject({ response: Assertion, transport: Transport.optional() })
  .meta({ id: 'PasskeyLogIn' })
export type PasskeyLogIn = z.output<typeof PasskeyLogIn>

export const PasskeyOptionsRequest = z
  .strictObject({
    challengeToken: z.string().min(1).max(128).optional().meta({
      description: 'Of a log-in that waits for its second factor; without it, the passkey says who logs in.',
    }),
  })
  .meta({ id: 'PasskeyOptionsRequest' })
export type PasskeyOptionsRequest = z.output<typeof PasskeyOptionsRequest>

const Descriptor = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.string()),
})

export const PasskeyRequestOptions = z
  .object({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.int(),
    userVerification: z.literal('required'),
    allowCredentials: z.array(Descriptor),
  })
  .meta({
    id: 'PasskeyRequestOptions',
    description: 'For `PublicKeyCredential.parseRequestOptionsFromJSON()`.',
  })
export type PasskeyRequestOptions = z.output<typeof PasskeyRequestOptions>

export const PasskeyCreationOptions = z
  .object({
    challenge: z.string(),
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
    timeout: z.int(),
    excludeCredentials: z.array(Descriptor),
    authenticatorSelection: z.object({
      residentKey: z.literal('required'),
      requireResidentKey: z.literal(true),
      userVerification: z.literal('required'),
    }),
    attestation: z.literal('none'),
  })
  .meta({
    id: 'PasskeyCreationOptions',
    description: 'For `PublicKeyCredential.parseCreationOptionsFromJSON()`.',
  })
export type PasskeyCreationOptions = z.output<typeof PasskeyCreationOptions>

export const PasskeyRegistration = z
  .strictObject({ name: line(64).optional().meta({ example: 'Laptop' }), response: Attestation })
  .meta({ id: 'PasskeyRegistration' })
export type PasskeyRegistration = z.output<typeof PasskeyRegistration>

export const Passkey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    transports: z.array(z.string()).meta({ example: ['internal', 'hybrid'] }),
    isBackupEligible: z.boolean().meta({ description: 'Whether it may be on several devices.' }),
    isBackedUp: z.boolean().meta({ description: 'Whether it is, as it said last.' }),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'Passkey' })
export type Passkey = z.output<typeof Passkey>

export const RegisteredPasskey = z
  .object({
    passkey: Passkey,
    recoveryCodes: z.array(z.string()).nullable().meta({
      description: 'Shown this once. Null where there are some already.',
    }),
  })
  .meta({ id: 'RegisteredPasskey' })
export type RegisteredPasskey = z.output<typeof RegisteredPasskey>

export const PasskeyList = z.object({ items: z.array(Passkey) }).meta({ id: 'PasskeyList' })
export type PasskeyList = z.output<typeof PasskeyList>

export const RelatedOrigins = z.object({ origins: z.array(z.string()) }).meta({ id: 'RelatedOrigins' })
export type RelatedOrigins = z.output<typeof RelatedOrigins>

/** A passkey as its list selects it. */
export interface PasskeyRow {
  id: string
  name: string
  transports: string[]
  isBackupEligible: boolean
  isBackedUp: boolean
  createdAt: Date
  lastUsedAt: Date | null
}

export const toPasskey = (row: PasskeyRow): Passkey => ({
  id: row.id,
  name: row.name,
  transports: row.transports,
  isBackupEligible: row.isBackupEligible,
  isBackedUp: row.isBackedUp,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
})
