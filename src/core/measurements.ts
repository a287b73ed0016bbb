import type { Meter, MetricsOf } from './metrics'

/** Prometheus's own text format, or OpenMetrics. */
export type MeasurementFormat = 'text' | 'openmetrics'

/** What was measured in this process, for whoever comes to collect it. */
export interface Measurements {
  /**
   * Lets `read` say anew how something stands that has to be asked for: if that is `seconds` ago, and nobody asks right now.
   * It is waited for a second at the most; when it fails, nothing is known of these metrics any more.
   */
  refresh(names: MetricsOf<'gauge'>[], seconds: number, read: () => Promise<(set: Meter['set']) => void>): Promise<void>
  write(format: MeasurementFormat): string
}
