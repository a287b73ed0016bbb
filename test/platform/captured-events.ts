import type { ErrorReport } from '#core/error-report'
import type { LogEvent, LogLevel } from '#core/log-events'
import type { JobPlatform } from '#core/platform'

/** A log event as tests read it. */
export interface LoggedEvent {
  level: LogLevel
  message: string
  [field: string]: unknown
}

/** What an instance told operators. */
export interface Told {
  logs: LoggedEvent[]
  /** What was reported as unexpected. */
  reports: ErrorReport[]
}

/** The ports that tell it. */
export const tellTo = ({ logs, reports }: Told): Pick<JobPlatform, 'log' | 'reportError'> => ({
  log: (event: LogEvent) => void logs.push({ ...event }),
  reportError: (report) => void reports.push(report),
})
