import * as z from 'zod'
import { PageQuery } from '#core/pagination'
import type { AuditEventType } from '../audit/contract'
import { activities } from './activities'
import { nameDevice } from './name-device'

type Activities = typeof activities
type Shown = NonNullable<Activities[AuditEventType]>

/** The events that are shown, with what is shown of each. */
const shown = Object.entries(activities).flatMap(([event, activity]): [event: string, activity: Shown][] =>
  activity ? [[event, activity]] : [],
)
const shownAs = new Map(shown)

const ActivityType = z.enum(shown.map(([, { type }]) => type))
const ActivityKind = z.enum(shown.map(([, { kind }]) => kind))

/** What a list of activity takes. */
export const ActivityQuery = PageQuery.extend({
  kind: ActivityKind.optional().meta({ description: 'Only what is of this kind.' }),
  type: ActivityType.optional().meta({ description: 'Only this.' }),
})
export type ActivityQuery = z.output<typeof ActivityQuery>

const Details = z.object({
  method: z.string().optional().meta({ description: 'How somebody showed who they are.' }),
  reason: z.string().optional().meta({ description: 'Why it ended, failed or was refused.' }),
  by: z.string().optional().meta({ description: 'What did it: a mail, a reset, staff.' }),
  provider: z.string().nullable().optional(),
  kind: z.enum(['totp', 'passkey']).optional().meta({ description: 'Of an authenticator.' }),
  count: z.int().optional().meta({ description: 'Of sessions, devices or codes.' }),
  passkeyId: z.uuid().optional(),
  purpose: z.string().optional().meta({ description: 'What the mailed link is for.' }),
  role: z.string().optional(),
  organizationId: z.uuid().nullable().optional(),
  teamId: z.uuid().optional(),
  document: z.string().optional().meta({ description: 'What was accepted.' }),
  version: z.string().optional(),
  fields: z.array(z.string()).optional().meta({ description: 'Which fields changed, not to what.' }),
})

export const ActivityItem = z
  .object({
    id: z.uuid(),
    type: ActivityType,
    kind: ActivityKind,
    occurredAt: z.iso.datetime().meta({ example: '2026-11-22T18:51:00.000Z' }),
    sessionId: z.uuid().nullable().meta({ description: 'The session that it happened in.' }),
    device: z.string().nullable().meta({ description: 'The browser and its system.', example: 'Firefox, Linux' }),
    ipAddress: z.string().nullable().meta({ example: '203.0.113.7' }),
    place: z
      .string()
      .nullable()
      .meta({ description: 'Where the address is, roughly.', example: 'Paris, Île-de-France, FR' }),
    details: Details,
  })
  .meta({ id: 'ActivityItem' })
export type ActivityItem = z.output<typeof ActivityItem>

/** Log-ins and sessions are shown for ACTIVITY_RETENTION_SECONDS; changes of the account for as long as there is one. */
const passing: readonly Shown['kind'][] = ['sign_in', 'session']

/** The types of events that a list asks for, as a statement takes them; `lastingTypes` are those that stay. */
export const chosenTypes = ({ kind, type }: Pick<ActivityQuery, 'kind' | 'type'>) => {
  const chosen = shown.filter(([, as]) => (!kind || as.kind === kind) && (!type || as.type === type))
  const lasting = chosen.filter(([, as]) => !passing.includes(as.kind))
  const toText = (events: [event: string, activity: Shown][]) => events.map(([event]) => event).join(',')
  return { types: toText(chosen), lastingTypes: toText(lasting) }
}

export interface ActivityRow {
  id: string
  occurredAt: Date
  type: string
  sessionId: string | null
  ipAddress: string | null
  userAgent: string | null
  place: string | null
  data: Record<string, unknown>
}

/** What people see of an event: never its user agent as it came, and of its facts those that `activities` names. */
export const toActivityItem = (row: ActivityRow): ActivityItem => {
  const activity = shownAs.get(row.type)
  if (!activity) throw new Error(`The event ${row.type} is not shown.`)
  const facts: readonly string[] = activity.facts
  return {
    id: row.id,
    type: activity.type,
    kind: activity.kind,
    occurredAt: row.occurredAt.toISOString(),
    sessionId: row.sessionId,
    device: nameDevice(row.userAgent),
    ipAddress: row.ipAddress,
    place: row.place,
    details: Object.fromEntries(Object.entries(row.data).filter(([fact]) => facts.includes(fact))),
  }
}
