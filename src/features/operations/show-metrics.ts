import type { Context } from '#core/context'
import type { MeasurementFormat } from '#core/measurements'
import { notFound } from '#core/problems'
import { refreshGauges } from './refresh-gauges'
import { requireOperator } from './require-operator'

/** What was measured in this process, as text, for operators. Throws `not-found`, also where nothing is measured. */
export async function showMetrics(
  ctx: Context,
  authorization: string | undefined,
  format: MeasurementFormat,
): Promise<string> {
  await requireOperator(ctx, authorization)
  const { measurements } = ctx.telemetry
  if (!measurements) throw notFound()
  await refreshGauges(ctx, measurements)
  return measurements.write(format)
}
