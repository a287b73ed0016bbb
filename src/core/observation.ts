import { attributesOf, type Callee } from './callees'
import { measureCall } from './measure-call'
import type { Span, Telemetry, Trace } from './telemetry'

/** A call that is under way. */
export interface Call {
  /** Names it to whoever is called; absent where nothing is traced. */
  span: Span | undefined
  /** The first word counts. */
  end(failed?: boolean): void
}

/** What one request or job asks of the world outside, as it is measured. */
export interface Observation {
  trace: Trace | null
  begin(callee: Callee, name: string): Call
  /** How many calls went there. */
  calls(callee: Callee): number
  /** How long they took together, in milliseconds; those side by side count each. */
  spent(callee: Callee): number
  /** The longest chain of calls to Postgres and Redis: those side by side are one wait. */
  waits(): number
  /** What the route or the job is about, while that goes on: calls are part of it. */
  useCase: Span | undefined
}

const isWaitedFor = (callee: Callee) => callee === 'postgres' || callee === 'redis'

/** What is known of the calls to one callee. */
interface Tally {
  calls: number
  spentMs: number
}

/**
 * A request or a job that is measured. A server begins tens of thousands a second, and most ask Postgres once or nobody: so it has no
 * functions of its own, and keeps nothing of whom it does not call.
 */
class Observed implements Observation {
  useCase: Span | undefined = undefined
  private tallies: Map<Callee, Tally> | undefined = undefined
  private highest = 0

  constructor(
    private readonly telemetry: Telemetry,
    readonly trace: Trace | null,
  ) {}

  calls(callee: Callee) {
    return this.tallies?.get(callee)?.calls ?? 0
  }

  spent(callee: Callee) {
    return this.tallies?.get(callee)?.spentMs ?? 0
  }

  waits() {
    return this.highest
  }

  begin(callee: Callee, name: string): Call {
    const tally = this.tallyOf(callee)
    tally.calls += 1
    const span = this.trace?.start(
      callee === 'postgres' ? name : `${callee} ${name}`,
      callee === 'hash' ? 'internal' : 'client',
      attributesOf(callee, name),
      this.useCase,
    )
    const { elapsed, meter } = this.telemetry
    const startedAt = elapsed()
    // One higher than the highest that was answered before it was asked (Lamport's clock).
    const wait = this.highest + 1
    let isOver = false
    return {
      span,
      end: (failed = false) => {
        if (isOver) return
        isOver = true
        const tookMs = elapsed() - startedAt
        tally.spentMs += tookMs
        if (isWaitedFor(callee)) this.highest = Math.max(this.highest, wait)
        measureCall(meter, callee, failed, tookMs / 1000)
        span?.end({ failed })
      },
    }
  }

  private tallyOf(callee: Callee): Tally {
    this.tallies ??= new Map()
    const known = this.tallies.get(callee)
    if (known) return known
    const tally = { calls: 0, spentMs: 0 }
    this.tallies.set(callee, tally)
    return tally
  }
}

/** Begins to measure a request or a job. */
export const observe = (telemetry: Telemetry, trace: Trace | null): Observation => new Observed(telemetry, trace)

/** Measures one call. */
export const measure = async <T>(
  observation: Observation,
  callee: Callee,
  name: string,
  work: (call: Call) => Promise<T>,
): Promise<T> => {
  const call = observation.begin(callee, name)
  try {
    const result = await work(call)
    call.end()
    return result
  } catch (error) {
    call.end(true)
    throw error
  }
}
