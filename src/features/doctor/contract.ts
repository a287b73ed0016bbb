import * as z from 'zod'

const Caller = z
  .object({
    address: z.string().nullable(),
    source: z.enum(['connection', 'x-forwarded-for', 'cf-connecting-ip', 'nobody']).meta({
      description: 'Whose word was taken for the address.',
    }),
    forwardedFor: z.array(z.string()).meta({ description: '`X-Forwarded-For` as it arrived, its last ten entries.' }),
  })
  .meta({ id: 'CheckupCaller' })
export type Caller = z.output<typeof Caller>

const SettingsInForce = z
  .object({
    environment: z.enum(['development', 'test', 'production']),
    baseUrl: z.string(),
    corsOrigins: z.array(z.string()),
    redirectOrigins: z.array(z.string()),
    passkeyDomain: z.string(),
    passkeyOrigins: z.array(z.string()),
    emailFrom: z.string(),
    mailBy: z.enum(['resend', 'smtp', 'mailbox']),
    trustedProxy: z.string(),
    rateLimits: z.enum(['on', 'off']),
    redis: z.enum(['http', 'tcp', 'absent']),
    redisTimeoutMilliseconds: z.int(),
    redisOutage: z.enum(['closed', 'local']),
    databasePrepare: z.enum(['on', 'off']),
    isDatabaseEmbedded: z.boolean(),
  })
  .meta({ id: 'CheckupSettings' })
export type SettingsInForce = z.output<typeof SettingsInForce>

const DatabaseFacts = z
  .object({
    skewMilliseconds: z.number().meta({ description: 'How far its clock is ahead of the server’s, at the least.' }),
    appliedVersion: z.number().meta({ description: 'The newest migration that was applied; 0 where there is none.' }),
    knownVersion: z.number().meta({ description: 'The newest migration that this build knows.' }),
    role: z.string(),
    isSuperuser: z.boolean(),
    bypassesRowSecurity: z.boolean(),
    ownsTables: z.boolean(),
    mayRewriteRecord: z.boolean(),
    lacks: z.array(z.string()).meta({ description: 'Rights that Postern needs, the first few.' }),
    clientAddress: z.string().nullable().meta({ description: 'Where the database sees us.' }),
    isEncrypted: z.boolean(),
  })
  .meta({ id: 'CheckupDatabase' })
export type DatabaseFacts = z.output<typeof DatabaseFacts>

const CacheFacts = z.object({ rounds: z.int(), stale: z.int() }).meta({ id: 'CheckupCache' })
export type CacheFacts = z.output<typeof CacheFacts>

const BacklogFacts = z
  .object({
    deadLetters: z.record(z.string(), z.int()),
    oldestSeconds: z.number().meta({ description: 'How long the oldest job that is due has waited.' }),
    unsealedSeconds: z.number().meta({ description: 'How long the oldest record without a seal has waited for it.' }),
  })
  .meta({ id: 'CheckupBacklog' })
export type BacklogFacts = z.output<typeof BacklogFacts>

const LimitFacts = z
  .object({
    asked: z.int(),
    limit: z.int(),
    admitted: z.int(),
    unavailable: z.int(),
    medianMilliseconds: z.number(),
  })
  .meta({ id: 'CheckupLimits' })
export type LimitFacts = z.output<typeof LimitFacts>

const Record = z.enum(['found', 'absent', 'unavailable', 'unknown'])
export type RecordState = z.output<typeof Record>

const MailFacts = z.object({ domain: z.string(), spf: Record, dkim: Record, dmarc: Record }).meta({ id: 'CheckupMail' })
export type MailFacts = z.output<typeof MailFacts>

const KeyFacts = z
  .object({
    due: z.array(z.string()).meta({ description: 'Ids of keys that everybody must know by now.' }),
    isOpened: z.boolean().meta({ description: 'Whether SECRET opens the newest.' }),
  })
  .meta({ id: 'CheckupKeys' })
export type KeyFacts = z.output<typeof KeyFacts>

/** What only the inside sees. What could not be found out is null. */
export const Inside = z.object({
  settings: SettingsInForce,
  database: DatabaseFacts.nullable(),
  cache: CacheFacts.nullable(),
  backlog: BacklogFacts.nullable(),
  keys: KeyFacts.nullable(),
  limits: LimitFacts.nullable(),
  mail: MailFacts.nullable(),
  files: z.enum(['good', 'altered', 'away']),
})
export type Inside = z.output<typeof Inside>

export const Checkup = Inside.extend({ time: z.iso.datetime(), caller: Caller }).meta({ id: 'Checkup' })
export type Checkup = z.output<typeof Checkup>
