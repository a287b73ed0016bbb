import type { Config } from '#core/config'
import type { MetricName } from '#core/metrics'
import { noMeter, type Telemetry } from '#core/telemetry'

/** Something that was measured: by how much it was counted, or which value was taken. */
export type Measurement = [name: MetricName, labels: Record<string, string>, value: number]

/** Cloudflare's Analytics Engine, as it is bound: https://developers.cloudflare.com/analytics/analytics-engine/. */
export interface AnalyticsDataset {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void
}

/** Of one event; Analytics Engine takes no more than 250. */
const mostPoints = 50

/** What is counted request by request, or is too much to tell one by one. */
const isTold = (name: MetricName, { outcome }: Record<string, string>) =>
  name !== 'http_requests_total' && outcome !== 'admitted'

/**
 * Measures what one event of a Worker does. No process of these lives to be asked, so it is told at once: Analytics Engine
 * of each request and each count, the collector of everything but how things stand.
 * @param dataset absent: none is bound
 * @param take gets what is for the collector; absent: there is none
 */
export const createWorkerMeter = (
  { METRICS }: Config,
  dataset: AnalyticsDataset | undefined,
  take: ((measurement: Measurement) => void) | undefined,
): Pick<Telemetry, 'meter' | 'noteRequest'> => {
  if (METRICS === 'off' || (!dataset && !take)) return { meter: noMeter }
  let points = 0
  const write = (index: string, blobs: string[], doubles: number[]) => {
    points += 1
    if (points <= mostPoints) dataset?.writeDataPoint({ indexes: [index], blobs, doubles })
  }
  return {
    meter: {
      add: (name, labels: Record<string, string>, by = 1) => {
        take?.([name, labels, by])
        if (isTold(name, labels)) write(name, [name, ...Object.values(labels)], [by])
      },
      observe: (name, labels, value) => take?.([name, labels, value]),
      set: () => {},
    },
    noteRequest: ({ route, method, status, problem = '', seconds, statements, waits }) =>
      write(route, ['request', route, method, status, problem], [seconds, statements, waits]),
  }
}
