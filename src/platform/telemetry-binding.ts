import type { ErrorReport } from '#core/error-report'
import type { Refusal } from '#core/refusals'
import type { BoundWorker } from './imported-hash-binding'
import type { FinishedSpan } from './tracer'
import type { Measurement } from './worker-meter'

/** What one request measured, as it travels to the Worker that works jobs: each member is a list, absent where it is empty. */
export interface TelemetryMessage {
  spans?: FinishedSpan[]
  metrics?: Measurement[]
  errors?: ErrorReport[]
  refusals?: Refusal[]
}

/** Collects what a request measures, until it is sent. */
export interface TelemetryCollector {
  add<Member extends keyof TelemetryMessage>(member: Member, entries: Required<TelemetryMessage>[Member]): void
  /** One message with all that came in since the last one; none if that is nothing. What can't be sent is lost. */
  send(): Promise<void>
}

const deadlineMs = 15_000

/** Hands what a request measured to the bound Worker, which answers by `answerTelemetry`: what talks to collectors weighs nothing here. */
export const collectTelemetry = (worker: BoundWorker): TelemetryCollector => {
  let message: TelemetryMessage = {}
  return {
    add: (member, entries) => {
      message = { ...message, [member]: [...(message[member] ?? []), ...entries] }
    },
    send: async () => {
      const body = JSON.stringify(message)
      if (body === '{}') return
      message = {}
      const signal = AbortSignal.timeout(deadlineMs)
      await worker.fetch('https://telemetry/', { method: 'POST', body, signal }).catch(() => {})
    },
  }
}
