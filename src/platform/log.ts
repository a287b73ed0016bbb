import { type LogEvent, type LogLevel, logEvents } from '#core/log-events'
import type { Clock } from '#core/platform'

/** How pino numbers them, so that whatever reads its lines reads ours. */
export const levelNumbers: Record<LogLevel, number> = { debug: 20, info: 30, warn: 40, error: 50 }

/** What looks like a token of ours or of others, a hash of a password, or an address of mail: all that must never be in a log. */
const secretLike =
  /\beyJ[\w-]{10,}\.|\b(?:p(?:rt|dt|lc|up|ec|er)|postern|whsec)_[\w+/-]{16,}|\$(?:argon2\w*|scrypt|pbkdf2[\w-]*|2[abxy])\$|[^\s"@]@[^\s"@]+\.[a-z]{2}|\b(?:bearer|basic|dpop) [\w+/=-]{8,}|[?#&;](?:token|code|state|key|secret|password)=/i
/** Something of each of them: to look for these costs a tenth. */
const hints = [
  ...['@', 'eyJ', '$', 'earer ', 'asic ', 'PoP ', '='],
  ...['prt_', 'pdt_', 'plc_', 'pup_', 'pec_', 'per_', 'postern_', 'whsec_'],
]

/** Frames of a stack have no values in them, but libraries have versions in theirs: `postgres@3`. */
const withheld = (name: string, value: unknown): unknown =>
  typeof value === 'string' && name !== 'stack' && secretLike.test(value) ? '[withheld]' : value

/**
 * What an event says, as JSON: what the catalogue allows it, in its order. Secrets in that are withheld; those who write events
 * keep them out already, and this is the second wall.
 */
export const writeFields = (event: LogEvent, head: Record<string, unknown> = {}): string => {
  const given: Record<string, unknown> = { ...event }
  const said = { ...head }
  for (const field of logEvents[event.message]) said[field === 'cause' ? 'err' : field] = given[field]
  const text = JSON.stringify(said)
  const isSuspect = hints.some((hint) => text.includes(hint)) && secretLike.test(text)
  return isSuspect ? JSON.stringify(said, withheld) : text
}

/** Writes an event for people or programs. @param now milliseconds since 1970 */
export type LogFormat = (event: LogEvent, now: number) => string

/** Lines of JSON as pino writes them. @param base what each line says beside */
export const jsonFormat =
  (base: Record<string, unknown> = {}): LogFormat =>
  (event, now) =>
    writeFields(event, { level: levelNumbers[event.level], time: now, ...base, msg: event.message })

/** Writes events of at least `least`, one line each. */
export const createLog =
  (
    clock: Clock,
    least: LogLevel,
    write: (line: string) => void = (line) => console.log(line),
    format = jsonFormat(),
  ): ((event: LogEvent) => void) =>
  (event) => {
    if (levelNumbers[event.level] >= levelNumbers[least]) write(format(event, clock.now().getTime()))
  }
