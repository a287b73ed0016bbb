import type { ErrorDescription } from './describe-error'

/** What a log may say, and of which kind each thing is. Nothing of it is secret, and nothing personal but ids. */
interface LogFields {
  actor: 'anonymous' | 'user' | 'machine' | 'system'
  cause: ErrorDescription
  count: number
  destination: string
  domain: string
  durationMs: number
  environment: string
  from: number
  jobId: string
  keyId: string
  lanes: number
  method: string
  milliseconds: number
  number: number
  outages: string[]
  outcome: string
  port: number
  problem: string
  provider: string
  queue: string
  /** In our own words. */
  reason: string
  requestId: string
  retention: string
  retryAfterSeconds: number | null
  /** A template: never a path that somebody asked for. */
  route: string
  signal: string
  spanId: string
  state: string
  statements: number
  status: number
  table: string
  traceId: string
  try: number
  userId: string
  /** How often something was waited for, one after the other. */
  waits: number
}

const trace = ['requestId', 'traceId', 'spanId'] as const
const effort = ['durationMs', 'waits', 'statements'] as const

/**
 * Everything that is ever logged: each message with what it may say beside. The compiler refuses anything else, and whoever
 * writes the log leaves it out.
 */
export const logEvents = {
  request: [
    ...trace,
    'method',
    'route',
    'status',
    ...effort,
    'actor',
    'userId',
    'keyId',
    'problem',
    'outages',
    'cause',
  ],
  job: [...trace, 'queue', 'jobId', 'try', ...effort, 'state', 'reason', 'retryAfterSeconds', 'cause'],
  listening: ['port', 'environment'],
  stopping: ['signal'],
  'working jobs': ['lanes'],
  'jobs can’t be worked': ['cause'],
  'nobody works jobs': [],
  'background work failed': ['cause'],
  'spans lost': ['count'],
  'measurements lost': ['count'],
  'errors can’t be reported': ['status', 'cause'],
  'the log file can’t be written': ['cause'],
  'log lines were lost': ['count'],
  'list of common passwords unavailable': ['requestId', 'cause'],
  'breach check unavailable': ['requestId'],
  'what is sealed can’t be opened': ['table', 'count'],
  'signing keys were revoked': ['keyId', 'count'],
  'a log-in came back from another provider': ['requestId', 'provider', 'outcome', 'milliseconds'],
  'tokens of a provider could not be refreshed': ['provider'],
  'a domain lapsed': ['domain'],
  'attributes can’t be migrated': ['userId', 'from', 'cause'],
  'audit seals are missing': ['retention', 'number'],
  'the audit record can’t be sent on': ['destination', 'reason'],
  'refusals left out': ['count'],
  'refusals lost': ['count'],
} as const satisfies Record<string, readonly (keyof LogFields)[]>

export type LogMessage = keyof typeof logEvents

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One thing that happened, as a log tells it. */
export type LogEvent = {
  [Message in LogMessage]: { level: LogLevel; message: Message } & {
    [Field in (typeof logEvents)[Message][number]]?: LogFields[Field] | undefined
  }
}[LogMessage]
