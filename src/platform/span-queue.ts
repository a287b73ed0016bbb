import type { LogEvent } from '#core/log-events'
import { encodeSpan, type OtlpSettings, type PostOtlp, toOtlpTraces } from './otlp'
import type { FinishedSpan } from './tracer'

export interface SpanQueue {
  /** Never throws and never waits: what there is no room for is lost. */
  take(spans: FinishedSpan[]): void
  /** Sends what waits, for as long as that may take; the rest is lost. */
  close(): Promise<void>
}

export interface SpanQueueParts {
  config: OtlpSettings
  post: PostOtlp
  log(event: LogEvent): void
  /** So many may wait for the collector. */
  most?: number
  intervalMs?: number
  closingMs?: number
}

const mostInMessage = 512

/** Holds spans for a moment, so that many go in one message, and for longer while the collector wants to wait. */
export const createSpanQueue = (parts: SpanQueueParts): SpanQueue => {
  const { config, post, log, most = 8192, intervalMs = 1000, closingMs = 5000 } = parts
  /** As they will be sent. */
  let waiting: string[] = []
  let lost = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<void> | undefined
  let isPaused = false
  let isClosing = false

  /** @returns after how long to go on, if the collector wants to wait */
  const sendAll = async (): Promise<number | undefined> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, mostInMessage)
      const outcome = await post('traces', toOtlpTraces(config, batch))
      if (outcome.state === 'later') return outcome.afterSeconds * 1000
      if (outcome.state === 'refused') lost += batch.length
      waiting = waiting.slice(batch.length)
    }
    return undefined
  }

  const round = async (): Promise<void> => {
    timer = undefined
    const pauseMs = await sendAll()
    sending = undefined
    isPaused = pauseMs !== undefined
    if (lost > 0) log({ level: 'warn', message: 'spans lost', count: lost })
    lost = 0
    if (!isClosing && waiting.length > 0) wake(pauseMs ?? intervalMs)
  }

  const begin = (): Promise<void> => {
    clearTimeout(timer)
    sending ??= round()
    return sending
  }

  const wake = (afterMs: number): void => {
    timer ??= setTimeout(begin, afterMs)
    timer.unref()
  }

  return {
    take: (spans) => {
      if (waiting.length + spans.length > most) lost += spans.length
      else for (const span of spans) waiting.push(encodeSpan(span))
      if (sending) return
      if (waiting.length >= mostInMessage && !isPaused) void begin()
      else wake(intervalMs)
    },
    close: async () => {
      isClosing = true
      const deadline = new Promise<void>((resolve) => setTimeout(resolve, closingMs).unref())
      await Promise.race([(sending ?? Promise.resolve()).then(begin), deadline])
      if (waiting.length > 0) log({ level: 'warn', message: 'spans lost', count: waiting.length })
    },
  }
}
