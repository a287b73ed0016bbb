import type { Config } from '#core/config'
import type { TraceParent } from '#core/telemetry'

const samplingBits = 52

interface Sampling {
  isKept: boolean
  /** OpenTelemetry's own member of `tracestate`, for whoever is called: how likely it was to be kept. */
  state: string | null
}

export type Sampler = (traceId: string, parent: TraceParent | null) => Sampling

const isOpenTelemetrys = (member: string) => member.startsWith('ot=')

/**
 * Decides which traces are kept. The ratio is held against the trace's own random bits, so that all who take part with one
 * ratio decide alike (OpenTelemetry's consistent probability sampling; the threshold is told as `th`).
 */
export const createSampler = ({
  OTEL_TRACES_SAMPLER: sampler,
  OTEL_TRACES_SAMPLER_ARG: ratio,
}: Pick<Config, 'OTEL_TRACES_SAMPLER' | 'OTEL_TRACES_SAMPLER_ARG'>): Sampler => {
  const threshold = Math.round((1 - ratio) * 2 ** samplingBits)
  const digits = threshold.toString(16).padStart(13, '0').replace(/0+$/, '')
  return (traceId, parent) => {
    if (parent && sampler === 'parentbased_traceidratio') {
      const isKept = /[13]$/.test(parent.traceparent)
      return { isKept, state: parent.tracestate?.split(',').find(isOpenTelemetrys) ?? null }
    }
    // The last 56 bits are random (Trace Context, level 2); all but the last four are looked at, which a number can hold.
    const isKept = Number.parseInt(traceId.slice(18, 31), 16) >= threshold
    return { isKept, state: isKept ? `ot=th:${digits || '0'}` : null }
  }
}

/** What is said of a trace to the collector: ours first, then what the caller's systems had to say. */
export const joinStates = (own: string | null, given: string | null): string | null => {
  if (given === null) return own
  const others = given.split(',').filter((member) => !isOpenTelemetrys(member))
  return [...(own === null ? [] : [own]), ...others].join() || null
}
