/** What a page is told of its call. */
export interface PageCall {
  url: string
  collector: string
  traceId: string
  spanId: string
  email: string
  password: string
}

/** Runs in the browser, by itself: a call that is part of a trace, whose span the page sends to the collector by itself. */
export const callFromPage = async (call: PageCall): Promise<number> => {
  const startedAt = Date.now()
  const answer = await fetch(`${call.url}/v1/auth/register`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: `00-${call.traceId}-${call.spanId}-01`,
      tracestate: 'browser=in-use,ot=th:0',
    },
    body: JSON.stringify({ email: call.email, password: call.password }),
  })
  await answer.text()
  const span = {
    traceId: call.traceId,
    spanId: call.spanId,
    name: 'the page',
    kind: 3,
    startTimeUnixNano: `${startedAt}000000`,
    endTimeUnixNano: `${Date.now()}000000`,
  }
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'browser' } }] }
  const message = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'page' }, spans: [span] }] }] }
  await fetch(`${call.collector}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
  })
  return answer.status
}
