import * as z from 'zod'
import { instant } from '#core/instant'
import { line } from '#core/text'
import { Transport } from '../sessions/contract'
import { methods } from './log-in-contract'
import { Assertion } from './passkey-contract'

const challengeToken = z.string().min(1).max(128)
const totpCode = z
  .string()
  .regex(/^\d{6}$/, { error: 'Give the six digits that your app shows.' })
  .meta({ example: '271828' })
const recoveryCode = z.string().min(16).max(40).meta({ example: '4x9k-0mzt-q2vb-7h3c' })

const trustDevice = z
  .boolean()
  .optional()
  .meta({ description: 'Whether this device is let in without a second factor for a while.' })
const forChallenge = { challengeToken, transport: Transport.optional(), trustDevice }

export const MfaVerification = z
  .discriminatedUnion('method', [
    z.strictObject({ ...forChallenge, method: z.literal('totp'), code: totpCode }),
    z.strictObject({ ...forChallenge, method: z.literal('recovery_code'), code: recoveryCode }),
    z.strictObject({ ...forChallenge, method: z.literal('passkey'), response: Assertion }),
  ])
  .meta({ id: 'MfaVerification' })
export type MfaVerification = z.output<typeof MfaVerification>

export const ChallengeToken = z.strictObject({ challengeToken }).meta({ id: 'ChallengeToken' })
export type ChallengeToken = z.output<typeof ChallengeToken>

/** What somebody shows to prove a second factor, wherever it is asked for. */
export type ShownFactor =
  | { method: 'totp'; code: string }
  | { method: 'recovery_code'; code: string }
  | { method: 'passkey'; response: Assertion }

export const StepUp = z
  .discriminatedUnion('method', [
    z.strictObject({ method: z.literal('password'), password: z.string().max(1024).meta({ format: 'password' }) }),
    z.strictObject({ method: z.literal('totp'), code: totpCode }),
    z.strictObject({ method: z.literal('recovery_code'), code: recoveryCode }),
    z.strictObject({ method: z.literal('passkey'), response: Assertion }),
  ])
  .meta({ id: 'StepUp' })
export type StepUp = z.output<typeof StepUp>

export const AuthenticatorName = line(64).meta({ example: 'Phone' })

export const AuthenticatorRename = z.strictObject({ name: AuthenticatorName }).meta({ id: 'AuthenticatorRename' })
export type AuthenticatorRename = z.output<typeof AuthenticatorRename>

export const AuthenticatorParams = z.strictObject({ id: z.uuid() })

export const TotpEnrolment = z.strictObject({ name: AuthenticatorName.optional() }).meta({ id: 'TotpEnrolment' })
export type TotpEnrolment = z.output<typeof TotpEnrolment>

export const TotpConfirmation = z.strictObject({ code: totpCode }).meta({ id: 'TotpConfirmation' })
export type TotpConfirmation = z.output<typeof TotpConfirmation>

export const TotpSecret = z
  .object({
    secret: z.string().meta({ description: 'Base32, for who types it into an app.' }),
    otpauthUri: z.string(),
    qrSvg: z.string().meta({ description: 'The address as an image.' }),
  })
  .meta({ id: 'TotpSecret' })
export type TotpSecret = z.output<typeof TotpSecret>

export const RecoveryCodes = z
  .object({
    recoveryCodes: z.array(z.string()).nullable().meta({
      description: 'Shown this once. Null where there are some already.',
    }),
  })
  .meta({ id: 'RecoveryCodes' })
export type RecoveryCodes = z.output<typeof RecoveryCodes>

export const TotpAuthenticator = z
  .object({ id: z.uuid(), name: z.string(), createdAt: instant, lastUsedAt: instant.nullable() })
  .meta({ id: 'TotpAuthenticator' })
export type TotpAuthenticator = z.output<typeof TotpAuthenticator>

export const MfaState = z
  .object({
    methods: z.array(z.enum(methods)),
    totp: z.array(TotpAuthenticator),
    recoveryCodesLeft: z.int().nullable(),
    isRequired: z.boolean().meta({ description: 'Whether the policy wants this account to have a second factor.' }),
    dueAt: instant
      .nullable()
      .meta({ description: 'Until when it may be set up; null where there is one, or no need.' }),
  })
  .meta({ id: 'MfaState' })
export type MfaState = z.output<typeof MfaState>
