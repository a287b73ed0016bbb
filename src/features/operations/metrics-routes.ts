import { accepts } from 'hono/accepts'
import { notFound } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { showMetrics } from './show-metrics'

const openMetrics = 'application/openmetrics-text'
const text = 'text/plain'

/** Where a process outlives its requests. */
export const measurements = createRouter().get(
  '/metrics',
  describe({
    summary: 'What was measured',
    description:
      'In Prometheus’s text format, or OpenMetrics where `Accept` asks for it. For operators: with OPERATOR_TOKEN as the bearer token. Without that setting, outside production only. Absent on Workers.',
    caller: 'anyone',
    answers: { 200: { description: 'Every metric that is kept here.', mediaType: text } },
    problems: [notFound],
  }),
  async (c) => {
    const asked = accepts(c, { header: 'Accept', supports: [text, openMetrics], default: text })
    const isOpen = asked === openMetrics
    const body = await showMetrics(c.get('ctx'), c.req.header('authorization'), isOpen ? 'openmetrics' : 'text')
    const type = isOpen ? `${openMetrics}; version=1.0.0` : `${text}; version=0.0.4`
    return c.body(body, 200, { 'content-type': `${type}; charset=utf-8`, vary: 'accept' })
  },
)
