import { expect, test } from 'bun:test'
import type { Reply } from '../support/send'
import { target } from '../target'

const server = await target()
const send = (route: string, headers = {}) => server.send(route, { isAsset: true, headers })

/** Directives of a Content-Security-Policy by name. */
const policyOf = ({ headers }: Reply): Record<string, string> =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(' ')
      return [name, sources.join(' ')]
    }),
  )

/** What links in mails open. */
const linkedPages = [
  '/verify-email',
  '/reset-password',
  '/log-in',
  '/confirm-email',
  '/unlock',
  '/second-factor',
  '/accept-invitation',
]
const pages = ['/docs', ...linkedPages]

test.each(pages)('%s is a page that loads nothing from elsewhere and can’t be framed', async (path) => {
  const reply = await send(`GET ${path}`)
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toBe('text/html; charset=UTF-8')
  expect(reply.text).toStartWith('<!doctype html>')
  expect(reply.text).toMatch(/<html lang="en">/)
  const policy = policyOf(reply)
  expect(policy).toMatchObject({ 'default-src': "'none'", 'frame-ancestors': "'none'", 'base-uri': "'none'" })
  for (const sources of Object.values(policy)) expect(sources).not.toMatch(/https?:|\*|unsafe-eval/)
  expect(policy['script-src']).not.toContain('unsafe-inline')
  expect(reply.text).not.toMatch(/(src|href)="https?:/)
})

test.each(pages)('no script may run in %s but its own, whose hash its policy names', async (path) => {
  const reply = await send(`GET ${path}`)
  const inline = [...reply.text.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => script)
  const hashes = inline.map((script) => `'sha256-${new Bun.CryptoHasher('sha256').update(script).digest('base64')}'`)
  expect(hashes).toHaveLength(1)
  const ours = path === '/docs' ? ["'self'"] : []
  expect(policyOf(reply)['script-src']?.split(' ')).toEqual([...ours, ...hashes])
})

test.each(linkedPages)('%s puts nothing from its address into itself', async (path) => {
  const plain = await send(`GET ${path}`)
  const hostile = await send(`GET ${path}?token=%3Cscript%3Ealert(1)%3C/script%3E`)
  expect(hostile.text).toBe(plain.text)
})

test.each(linkedPages)('%s can be asked for its headers alone, as scanners of mail do', async (path) => {
  const reply = await send(`HEAD ${path}`)
  expect(reply).toMatchObject({ status: 200, text: '' })
  expect(reply.headers.get('content-type')).toBe('text/html; charset=UTF-8')
  expect(reply.headers.get('set-cookie')).toBeNull()
})

test.each(pages)(
  '%s is made for no one request, so it may be kept for minutes and asked for by its tag',
  async (path) => {
    const reply = await send(`GET ${path}`)
    expect(reply.headers.get('cache-control')).toBe('public, max-age=300')
    expect(reply.headers.get('set-cookie')).toBeNull()
    const again = await send(`GET ${path}`, { 'if-none-match': reply.headers.get('etag') ?? '' })
    expect(again).toMatchObject({ status: 304, text: '' })
  },
)

test.each(pages)('%s is there to be read: to a method that changes things it is nothing', async (path) => {
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const reply = await send(`${method} ${path}`)
    expect([404, 405]).toContain(reply.status)
    expect(reply.text).not.toContain('<html')
  }
})

test.each(linkedPages)(
  '%s is kept out of indexes and referrers, and no form leaves it but by its script',
  async (path) => {
    const reply = await send(`GET ${path}`)
    expect(reply.text).toContain('<meta name="robots" content="noindex">')
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer')
    expect(policyOf(reply)).toMatchObject({ 'form-action': "'none'", 'connect-src': "'self'" })
    expect(reply.text).not.toMatch(/<[^>]+\son\w+=/)
  },
)

test('the root leads to the reference, whose script comes from us', async () => {
  const root = await server.send('GET /')
  expect(root.status).toBe(302)
  expect(root.headers.get('location')).toBe('/docs')
  const script = await send('GET /docs/reference.js')
  expect(script.status).toBe(200)
  expect(script.headers.get('content-type')).toMatch(/^(text|application)\/javascript/)
  expect(script.text.length).toBeGreaterThan(100_000)
})

test('the OpenAPI document describes the routes with all that they answer', async () => {
  const reply = await send('GET /openapi.json')
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toMatch(/^application\/json/)
  expect(reply.json).toMatchObject({
    openapi: expect.stringMatching(/^3\.1/),
    paths: {
      '/v1/auth/register': { post: { responses: { 201: {}, 202: {}, 409: {}, 415: {}, 422: {}, 429: {} } } },
      '/v1/auth/login': { post: { responses: { 200: {}, 401: {}, 403: {} } } },
      '/v1/auth/refresh': { post: { responses: { 200: {}, 401: {} } } },
      '/v1/me': { get: { responses: { 200: {}, 401: {} } }, patch: { responses: { 200: {}, 422: {} } } },
      '/v1/sessions/{id}': { delete: { responses: { 204: {}, 404: {} } } },
      '/.well-known/jwks.json': { get: {} },
    },
  })
})
