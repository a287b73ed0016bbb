import type { LogEvent } from '#core/log-events'
import type { Clock, IdSource } from '#core/platform'
import { createOtlp, type OtlpSettings } from './otlp'
import { toOtlpMetrics } from './otlp-metrics'
import type { Measurement } from './worker-meter'

export interface MetricsSenderParts {
  config: OtlpSettings
  clock: Clock
  ids: IdSource
  log(event: LogEvent): void
}

/**
 * Sends measurements to the collector as they come, if there is one. It lives as long as the isolate, which is an instance
 * to the collector: its stretches of time follow each other without a gap. What is not taken is lost, and the log says so.
 */
export const createMetricsSender = ({ config, clock, ids, log }: MetricsSenderParts) => {
  const post = createOtlp(config)
  const instance = ids.next()
  let since = clock.now().getTime()
  return async (measurements: Measurement[]): Promise<void> => {
    if (!post || measurements.length === 0) return
    const until = Math.max(clock.now().getTime(), since + 1)
    const message = toOtlpMetrics({ settings: config, instance, since, until }, measurements)
    since = until
    const { state } = await post('metrics', JSON.stringify(message))
    if (state !== 'taken') log({ level: 'warn', message: 'measurements lost', count: measurements.length })
  }
}
