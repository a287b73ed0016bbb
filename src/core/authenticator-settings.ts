import * as z from 'zod'
import { isOrganizationPermission, isPermission } from './permissions'
import { isOrigin, parsedList } from './protection-settings'
import { count } from './setting-types'

/** A domain as WebAuthn names a relying party: no scheme, no port, no dot at its end. */
const isDomain = (text: string) => /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(text)

/** What an application calls something that may be done in it. Ours have no part in it. */
const isPermissionName = (text: string) =>
  /^[a-z][a-z0-9-]{0,31}:[a-z][a-z0-9-]{0,31}$/.test(text) && !isPermission(text) && !isOrganizationPermission(text)

/** Settings of second factors and passkeys. */
export const authenticatorSettings = {
  APP_NAME: z.string().trim().min(1).max(64).default('Postern'),
  MFA_POLICY: z.enum(['off', 'optional', 'required']).default('optional'),
  MFA_REQUIRED_ROLES: z
    .string()
    .default('admin')
    .transform((text) => text.split(',').map((role) => role.trim()))
    .transform((roles) => roles.filter((role) => role !== '')),
  APPLICATION_PERMISSIONS: parsedList(
    (text) => (isPermissionName(text) ? text : undefined),
    'has names such as invoices:read',
  ),
  MFA_GRACE_SECONDS: count(604_800, { least: 0, most: 31_536_000 }),
  TRUSTED_DEVICE_SECONDS: count(2_592_000, { least: 0, most: 7_776_000 }),
  WEBAUTHN_RP_ID: z.string().refine(isDomain, { error: 'is a domain such as example.com' }).optional(),
  WEBAUTHN_ORIGINS: parsedList(
    (text) => (isOrigin(text) ? text : undefined),
    'has origins such as https://app.example.com, without a path',
  ),
}
