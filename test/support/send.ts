import { expect } from 'bun:test'
import { captureProblem } from './captured'
import { noteAnswer } from './declared'
import { noteSecretsIn, noteSecretsInHeaders } from './secrets'

export interface SendOptions {
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is, as JSON unless `headers` say otherwise. */
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
  headers?: Record<string, string>
  /** Sent as `Authorization: Bearer`. */
  accessToken?: string
  /** A file that is served before the router, which has no request id. */
  isAsset?: boolean
}

export interface Reply {
  status: number
  headers: Headers
  text: string
  /** The body if it is JSON. */
  json: unknown
}

export type Send = (route: string, options?: SendOptions) => Promise<Reply>

const headersOfAssets: Record<string, string | RegExp> = {
  'cache-control': /^(no-store|public, max-age=\d+)$/,
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': /camera=\(\)/,
  'referrer-policy': 'no-referrer',
  'strict-transport-security': /max-age=31536000/,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** What every answer of the router says, whatever it is. */
const headersOfAnswers: Record<string, string | RegExp> = {
  ...headersOfAssets,
  'x-request-id': /^[\w.:-]{8,128}$/,
}

const isJson = (contentType: string | null) => /^application\/(problem\+)?json\b/.test(contentType ?? '')

/** Fails the test whose request got an answer without the headers that all of them have. */
const expectHeaders = (route: string, headers: Headers, expected: Record<string, string | RegExp>): void => {
  for (const [name, value] of Object.entries(expected)) {
    expect(headers.get(name) ?? '', `${name} of ${route}`).toMatch(value)
  }
}

/**
 * Sends requests to a server: `send('POST /v1/auth/login', { json })`. Follows no redirect, remembers every secret that
 * goes either way, and holds each answer to the headers that all of them have.
 */
export const createSend =
  (baseUrl: string): Send =>
  async (route, { json, body, headers, accessToken, isAsset } = {}) => {
    const [method = '', path = ''] = route.split(/ (.*)/)
    noteSecretsIn(json)
    const sent = json === undefined ? body : JSON.stringify(json)
    const sentHeaders = {
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      ...headers,
    }
    noteSecretsInHeaders(new Headers(sentHeaders))
    const response = await fetch(baseUrl + path, {
      method,
      redirect: 'manual',
      ...(sent !== undefined && { body: sent }),
      headers: sentHeaders,
    })
    noteAnswer(method, path, response.status)
    const text = await response.text()
    const reply: Reply = {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson(response.headers.get('content-type')) && text !== '' ? JSON.parse(text) : undefined,
    }
    noteSecretsIn(reply.json)
    noteSecretsInHeaders(response.headers)
    if (response.status >= 400) captureProblem(route.split('?')[0] ?? '', text)
    expectHeaders(route, response.headers, isAsset ? headersOfAssets : headersOfAnswers)
    return reply
  }
