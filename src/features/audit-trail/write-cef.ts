import type { RecordView } from './search-contract'

const escapeHeader = (text: string): string => text.replaceAll(/[\\|]/g, '\\$&').replaceAll(/[\r\n]+/g, ' ')

const escapeValue = (text: string): string =>
  text.replaceAll(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')

/** How much each is told apart by, from 0 to 10: refusals and failures above what was done, attacks above both. */
const severities: [types: RegExp, severity: number][] = [
  [/^(session\.refresh_reused|passkey\.counter_regressed)$/, 9],
  [/^(account|second_factor)\.locked$|^impersonation\.|^role\.grant_refused$/, 7],
  [/^(role|signing_key|api_key|ownership)\.|^audit\.|^bulk\.collected$|^authenticators\.reset$/, 5],
]

/** What CEF has of a record. */
export type CefRecord = Omit<RecordView, 'actor' | 'sealed'> & {
  actor: { kind: string; id: string | null; credential: string | null }
}

/** How grave a record is in CEF, from 0 to 10. */
export const severityOf = ({ type, outcome }: Pick<RecordView, 'type' | 'outcome'>): number =>
  severities.find(([types]) => types.test(type))?.[1] ?? (outcome === 'done' ? 3 : 6)

/** Where the address goes: `src` is for IPv4 alone. */
const addressOf = (ipAddress: string | null): [key: string, value: string | null][] =>
  ipAddress?.includes(':')
    ? [
        ['c6a2', ipAddress],
        ['c6a2Label', 'Source IPv6 Address'],
      ]
    : [['src', ipAddress]]

const labelled = (key: string, label: string, value: string | number | null): [string, string | null][] =>
  value === null
    ? []
    : [
        [key, String(value)],
        [`${key}Label`, label],
      ]

const extensionOf = (record: CefRecord): [key: string, value: string | null][] => [
  ['rt', String(new Date(record.occurredAt).getTime())],
  ['externalId', record.id],
  ['act', record.type],
  ['outcome', record.outcome === 'done' ? 'success' : 'failure'],
  ['reason', record.outcome === 'done' ? null : record.outcome],
  ['cat', record.retention],
  ['suid', record.actor.id],
  ['spriv', record.actor.kind],
  ['duid', record.userId],
  ...addressOf(record.ipAddress),
  ['requestClientApplication', record.userAgent],
  ...labelled('cs1', 'requestId', record.requestId),
  ...labelled('cs2', 'traceId', record.traceId),
  ...labelled('cs3', 'credential', record.actor.credential),
  ...labelled('cs4', 'sessionId', record.sessionId),
  ...labelled('cs5', 'place', record.place),
  ...labelled('cs6', 'data', JSON.stringify(record.data)),
  ...labelled('cn1', 'position', record.position),
]

/**
 * A record as a line of ArcSight's Common Event Format, version 0, without its end: in the header backslash and pipe are
 * escaped, in values backslash and equals sign, and ends of lines are spelled out.
 */
export const writeCef = (record: CefRecord): string => {
  const header = ['CEF:0', 'Postern', 'Postern', '1', record.type, record.type.replaceAll(/[._]/g, ' ')]
  const extension = extensionOf(record).flatMap(([key, value]) =>
    value === null || value === '' ? [] : [`${key}=${escapeValue(value)}`],
  )
  return [...header.map(escapeHeader), String(severityOf(record)), extension.join(' ')].join('|')
}
