import { expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import type { OtlpReceiver, ReceivedSpan } from '../support/otlp-receiver'
import type { ResendSink } from '../support/resend-sink'
import { newAddress } from './account'
import { browserObstacle } from './passkey-example'
import { callFromPage } from './traced-page'

/** A Postern that is traced, and everything around it. */
export interface TracedPostern {
  url: () => string
  receiver: () => OtlpReceiver
  sink: () => ResendSink
  /** A page of an origin in CORS_ORIGINS. */
  openPage: () => Promise<Page>
}

const newId = (bytes: number) => randomBytes(bytes).toString('hex')

/** Asks until it is so. */
const until = async <T>(find: () => T | undefined, what: string): Promise<T> => {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const found = find()
    if (found !== undefined) return found
    await Bun.sleep(25)
  }
  throw new Error(`It never happened: ${what}.`)
}

const only = (spans: ReceivedSpan[], fits: (span: ReceivedSpan) => boolean): ReceivedSpan => {
  const found = spans.filter(fits)
  const [span] = found
  if (!span || found.length > 1) throw new Error(`${found.length} spans fit, of ${spans.map(({ name }) => name)}.`)
  return span
}

/** Each but the first is part of another that is there, and none begins before it by more than a clock's tick. */
const expectConnected = (spans: ReceivedSpan[]): void => {
  const byId = new Map(spans.map((span) => [span.id, span]))
  expect(byId.size).toBe(spans.length)
  expect(spans.filter(({ parentId }) => parentId === undefined).map(({ name }) => name)).toEqual(['the page'])
  for (const { parentId, startedAt, endedAt } of spans) {
    const parent = parentId === undefined ? undefined : byId.get(parentId)
    if (parentId !== undefined) expect(parent).toBeDefined()
    if (parent) expect(startedAt).toBeGreaterThanOrEqual(parent.startedAt - 2_000_000n)
    expect(endedAt).toBeGreaterThanOrEqual(startedAt)
  }
}

const spansOf = (receiver: OtlpReceiver, traceId: string) => receiver.spans().filter((span) => span.traceId === traceId)

/** Tests that a Postern leaves one connected trace, and tells nobody what is not theirs. */
export const testOneTrace = (where: string, { url, receiver, sink, openPage }: TracedPostern): void => {
  test.skipIf(browserObstacle !== undefined)(
    `${where} a trace goes from the browser by way of Postern and Postgres to the job and its mail`,
    async () => {
      const page = await openPage()
      const call = {
        ...{ url: url(), collector: receiver().url, traceId: newId(16), spanId: newId(8) },
        ...{ email: newAddress(), password: newId(12) },
      }
      expect(await page.evaluate(callFromPage, call)).toBe(202)
      const job = await until(
        () => spansOf(receiver(), call.traceId).find(({ kind }) => kind === 'consumer'),
        'the span of the job',
      )
      const spans = await until(() => {
        const all = spansOf(receiver(), call.traceId)
        return all.some(({ kind }) => kind === 'server') ? all : undefined
      }, 'the span of the request')
      expectConnected(spans)

      const request = only(spans, ({ kind }) => kind === 'server')
      expect(request).toMatchObject({ name: 'POST /v1/auth/register', parentId: call.spanId, failed: false })
      expect(request.state).toBe('ot=th:0,browser=in-use')
      expect(request.attributes).toEqual({
        'http.request.method': 'POST',
        'http.route': '/v1/auth/register',
        'http.response.status_code': 202,
        'postern.request.id': expect.any(String),
      })
      const useCase = only(spans, ({ name }) => name === 'postAuthRegister')
      expect(useCase).toMatchObject({ kind: 'internal', parentId: request.id })
      expect(only(spans, ({ name }) => name === 'hash hash').parentId).toBe(useCase.id)
      const statements = spans.filter(({ attributes }) => attributes['db.system.name'] === 'postgresql')
      expect(statements.filter(({ parentId }) => parentId === useCase.id).length).toBeGreaterThan(0)
      for (const { name, attributes } of statements) {
        expect(name).toMatch(/^[A-Za-z]+$/)
        expect(attributes['db.query.summary']).toBe(name)
      }

      expect(job).toMatchObject({ name: 'process send-registration-mail', parentId: request.id, failed: false })
      expect(job.attributes).toMatchObject({ 'messaging.system': 'pg-boss', 'postern.job.outcome': 'completed' })
      expect(job.attributes['postern.request.id']).toBe(request.attributes['postern.request.id'] ?? '')
      expect(statements.filter(({ parentId }) => parentId === job.id).length).toBeGreaterThan(0)
      const mail = only(spans, ({ name }) => name === 'mail send')
      expect(mail.parentId).toBe(job.id)
      const { headers } = await until(
        () =>
          sink()
            .requests()
            .find(({ body }) => body.includes(call.email)),
        'the mail',
      )
      expect(headers.traceparent).toBe(`00-${call.traceId}-${mail.id}-01`)

      const told = JSON.stringify(receiver().spans(), (_, value) => (typeof value === 'bigint' ? String(value) : value))
      for (const secret of [call.email, call.password, 'example.com', '127.0.0.1', '$argon2']) {
        expect(told).not.toContain(secret)
      }
      expect(receiver().complaints).toEqual([])
      expect(
        receiver()
          .headers()
          .some((given) => given.get('authorization') === 'Basic b2s='),
      ).toBe(true)
    },
    60_000,
  )

  test(`${where} each door traces what it answers, the annex too`, async () => {
    for (const route of ['/v1/me', '/v1/me/identities']) {
      const [traceId, spanId] = [newId(16), newId(8)]
      await fetch(`${url()}${route}`, { headers: { traceparent: `00-${traceId}-${spanId}-01` } })
      const request = await until(() => spansOf(receiver(), traceId).find(({ kind }) => kind === 'server'), route)
      expect(request).toMatchObject({ name: `GET ${route}`, parentId: spanId })
      expect(request.attributes).toMatchObject({ 'error.type': 'unauthenticated', 'http.response.status_code': 401 })
      expect(request.resource['service.name']).toBe('postern')
    }
  }, 60_000)

  test(`${where} baggage goes nowhere, and what others say of a trace no further than to the collector`, async () => {
    const [traceId, email] = [newId(16), newAddress()]
    const answer = await fetch(`${url()}/v1/auth/register`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        traceparent: `00-${traceId}-${newId(8)}-01`,
        tracestate: 'vendor=secret-state',
        baggage: 'customer=secret-baggage',
      },
      body: JSON.stringify({ email, password: newId(12) }),
    })
    expect(answer.status).toBe(202)
    const mail = await until(
      () =>
        sink()
          .requests()
          .find(({ body }) => body.includes(email)),
      'the mail',
    )
    expect(mail.headers.traceparent).toStartWith(`00-${traceId}-`)
    expect(JSON.stringify(sink().requests())).not.toContain('secret-')
    expect(
      JSON.stringify(
        receiver()
          .headers()
          .map((given) => [...given]),
      ),
    ).not.toContain('secret-')
    await until(() => spansOf(receiver(), traceId).find(({ kind }) => kind === 'server'), 'the span of the request')
    expect(JSON.stringify(spansOf(receiver(), traceId).map(({ attributes }) => attributes))).not.toContain('secret-')
  }, 60_000)

  test(`${where} what the caller does not keep is not kept, unless it fails: then it is whole`, async () => {
    const quiet = newId(16)
    await fetch(`${url()}/health/ready`, { headers: { traceparent: `00-${quiet}-${newId(8)}-00` } })
    await sink().behave({ mode: 'refuse', status: 401, name: 'missing_api_key' })
    const [traceId, email] = [newId(16), newAddress()]
    await fetch(`${url()}/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-${newId(8)}-00` },
      body: JSON.stringify({ email, password: newId(12) }),
    })
    const job = await until(
      () => spansOf(receiver(), traceId).find(({ kind }) => kind === 'consumer'),
      'the span of the failed job',
    )
    expect(job).toMatchObject({ failed: true, attributes: { 'postern.job.outcome': 'deferred' } })
    const mail = sink()
      .requests()
      .find(({ body }) => body.includes(email))
    expect(mail?.headers.traceparent).toEndWith('-00')
    expect(spansOf(receiver(), traceId).filter(({ kind }) => kind === 'server')).toEqual([])
    expect(spansOf(receiver(), quiet)).toEqual([])
    await sink().behave({ mode: 'ok' })
  }, 60_000)
}
