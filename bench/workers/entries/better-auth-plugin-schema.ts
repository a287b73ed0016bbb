import { boolean, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

const id = () => ({ id: text().primaryKey() })
const instant = () => timestamp({ withTimezone: true })
const ofUser = () => ({ ...id(), userId: text().notNull() })

/** What its plugins add for second factors, */
export const twoFactor = pgTable('twoFactor', {
  ...ofUser(),
  secret: text().notNull(),
  backupCodes: text().notNull(),
  verified: boolean(),
  failedVerificationCount: integer(),
  lockedUntil: instant(),
})

/** organizations, */
export const organization = pgTable('organization', {
  ...id(),
  name: text().notNull(),
  slug: text().notNull(),
  logo: text(),
  metadata: text(),
  createdAt: instant().notNull(),
})

/** their members */
export const member = pgTable('member', {
  ...ofUser(),
  organizationId: text().notNull(),
  role: text().notNull(),
  createdAt: instant().notNull(),
})

/** and invitations, */
export const invitation = pgTable('invitation', {
  ...id(),
  organizationId: text().notNull(),
  email: text().notNull(),
  role: text(),
  status: text().notNull(),
  expiresAt: instant().notNull(),
  createdAt: instant().notNull(),
  inviterId: text().notNull(),
})

/** passkeys, */
export const passkey = pgTable('passkey', {
  ...ofUser(),
  name: text(),
  publicKey: text().notNull(),
  credentialID: text().notNull(),
  counter: integer().notNull(),
  deviceType: text().notNull(),
  backedUp: boolean().notNull(),
  transports: text(),
  createdAt: instant(),
  aaguid: text(),
})

/** and API keys. */
export const apikey = pgTable('apikey', {
  ...id(),
  configId: text().notNull(),
  name: text(),
  start: text(),
  prefix: text(),
  key: text().notNull(),
  referenceId: text().notNull(),
  refillInterval: integer(),
  refillAmount: integer(),
  lastRefillAt: instant(),
  enabled: boolean(),
  rateLimitEnabled: boolean(),
  rateLimitTimeWindow: integer(),
  rateLimitMax: integer(),
  requestCount: integer(),
  remaining: integer(),
  lastRequest: instant(),
  expiresAt: instant(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
  permissions: text(),
  metadata: text(),
})
