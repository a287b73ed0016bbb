import * as z from 'zod'
import { Attribute, valuesOf } from './otlp-attributes'

const point = {
  startTimeUnixNano: z.string().regex(/^\d{19}$/),
  timeUnixNano: z.string().regex(/^\d{19}$/),
  attributes: z.array(Attribute),
}

const described = { name: z.string().min(1), description: z.string(), unit: z.string() }

const SumOfCounts = z.strictObject({
  aggregationTemporality: z.literal(1),
  isMonotonic: z.literal(true),
  dataPoints: z.array(z.strictObject({ ...point, asDouble: z.number() })),
})

const Histogram = z.strictObject({
  aggregationTemporality: z.literal(1),
  dataPoints: z.array(
    z.strictObject({
      ...point,
      count: z.string().regex(/^\d+$/),
      sum: z.number(),
      bucketCounts: z.array(z.string().regex(/^\d+$/)),
      explicitBounds: z.array(z.number()),
    }),
  ),
})

/** `ExportMetricsServiceRequest`, as far as we send one. */
const MetricsMessage = z.strictObject({
  resourceMetrics: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(Attribute) }),
      scopeMetrics: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.string() }),
          metrics: z.array(
            z.union([
              z.strictObject({ ...described, sum: SumOfCounts }),
              z.strictObject({ ...described, histogram: Histogram }),
            ]),
          ),
        }),
      ),
    }),
  ),
})

/** A count that came, or how many values a histogram took. */
export interface ReceivedCount {
  name: string
  attributes: Record<string, string | number | boolean>
  count: number
}

/** Every count of a message, and how many values each histogram took. */
export const readCounts = (body: unknown): ReceivedCount[] =>
  MetricsMessage.parse(body).resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .flatMap((metric) =>
        'sum' in metric
          ? metric.sum.dataPoints.map(({ attributes, asDouble: count }) => ({ name: metric.name, attributes, count }))
          : metric.histogram.dataPoints.map(({ attributes, count }) => ({
              name: metric.name,
              attributes,
              count: Number(count),
            })),
      )
      .map(({ attributes, ...rest }) => ({ ...rest, attributes: valuesOf(attributes) })),
  )
