import type { Config } from '#core/config'
import { describeError } from '#core/describe-error'
import type { ErrorReport } from '#core/error-report'
import type { Clock, Platform } from '#core/platform'
import { version } from '../../package.json'

const deadlineMs = 5000
const minuteMs = 60_000
/** So many reports a minute of what looks the same, and of everything. */
const mostOfOne = 10
const mostOfAll = 100

/** A frame as `describeError` writes it. */
const frame = /^at (?:(.+) \()?(.+):(\d+):(\d+)\)?$/

const toFrame = (line: string): object[] => {
  const [, name = '?', filename, lineno, colno] = frame.exec(line) ?? []
  if (filename === undefined) return []
  const isOurs = !filename.startsWith('node_modules/')
  return [{ function: name, filename, lineno: Number(lineno), colno: Number(colno), in_app: isOurs }]
}

/** An event as Sentry takes it (https://develop.sentry.dev/sdk/data-model/event-payloads/). */
const toEvent = ({ error, transaction, ...names }: ErrorReport, id: string, now: Date, config: Config): object => {
  const { traceId, spanId } = names
  return {
    event_id: id,
    timestamp: now.getTime() / 1000,
    // That of servers: for others Sentry takes the caller's address as the user's.
    platform: 'node',
    level: 'error',
    logger: 'postern',
    environment: config.ENVIRONMENT,
    release: `postern@${version}`,
    transaction,
    tags: { request_id: names.requestId, trace_id: traceId, job_id: names.jobId },
    ...(traceId !== undefined &&
      spanId !== undefined && { contexts: { trace: { trace_id: traceId, span_id: spanId } } }),
    exception: {
      values: [
        {
          type: error.type,
          value: error.message,
          mechanism: { type: 'generic', handled: false },
          // The innermost comes last there.
          stacktrace: { frames: error.stack.split('\n').flatMap(toFrame).reverse() },
        },
      ],
    },
    sdk: { name: 'postern', version, settings: { infer_ip: 'never' } },
  }
}

/** Lets through so many a minute, of one kind and of all. */
const createGate = (clock: Clock) => {
  const counts = new Map<string, number>()
  let minute = 0
  let all = 0
  return (kind: string): boolean => {
    const now = Math.floor(clock.now().getTime() / minuteMs)
    if (now !== minute) {
      counts.clear()
      minute = now
      all = 0
    }
    const count = counts.get(kind) ?? 0
    if (count >= mostOfOne || all >= mostOfAll) return false
    counts.set(kind, count + 1)
    all += 1
    return true
  }
}

const kindOf = ({ error: { type, message, stack }, transaction }: ErrorReport): string =>
  [transaction, type, stack.split('\n')[0] || message].join('\n')

/** Reports errors to Sentry, or to what speaks as it does, by envelopes; to nobody without SENTRY_DSN. It never fails. */
export const createSentry = (
  config: Config,
  { clock, random, log }: Pick<Platform, 'clock' | 'random' | 'log'>,
): ((report: ErrorReport) => Promise<void>) => {
  if (config.SENTRY_DSN === undefined) return async () => {}
  const { username, origin, pathname } = new URL(config.SENTRY_DSN)
  const [, folder = '', project = ''] = /^(.*)\/(\w+)$/.exec(pathname) ?? []
  const isAdmitted = createGate(clock)
  let silentUntil = 0

  const send = async (report: ErrorReport): Promise<void> => {
    const id = random.bytes(16).toHex()
    const now = clock.now()
    const lines = [{ event_id: id, sent_at: now.toISOString() }, { type: 'event' }, toEvent(report, id, now, config)]
    try {
      const response = await fetch(`${origin}${folder}/api/${project}/envelope/`, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/x-sentry-envelope',
          'x-sentry-auth': `Sentry sentry_version=7, sentry_client=postern/${version}, sentry_key=${username}`,
        },
        body: lines.map((line) => JSON.stringify(line)).join('\n'),
        signal: AbortSignal.timeout(deadlineMs),
      })
      await response.body?.cancel()
      if (response.ok) return
      silentUntil = clock.now().getTime() + minuteMs
      log({ level: 'warn', message: 'errors can’t be reported', status: response.status })
    } catch (error) {
      silentUntil = clock.now().getTime() + minuteMs
      log({ level: 'warn', message: 'errors can’t be reported', cause: describeError(error) })
    }
  }

  return async (report) => {
    if (clock.now().getTime() >= silentUntil && isAdmitted(kindOf(report))) await send(report)
  }
}
