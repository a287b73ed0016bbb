import type { TelemetryMessage } from './telemetry-binding'

/** Where each member of a message goes. */
export type TelemetrySinks = {
  [Member in keyof TelemetryMessage]-?: (entries: Required<TelemetryMessage>[Member]) => Promise<void>
}

/** Takes what `collectTelemetry` sends, and sends it on. Only our own Worker can ask, so what it sends is what it says it is. */
export const answerTelemetry = async (sinks: TelemetrySinks, request: Request): Promise<Response> => {
  const { spans, metrics, errors, refusals }: TelemetryMessage = await request.json()
  await Promise.all([
    spans && sinks.spans(spans),
    metrics && sinks.metrics(metrics),
    errors && sinks.errors(errors),
    refusals && sinks.refusals(refusals),
  ])
  return new Response(null, { status: 204 })
}
