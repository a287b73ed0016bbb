import { describe, expect, test } from 'bun:test'
import { expectProblem } from '../support/expect-problem'
import { startTarget, target, targetName } from '../target'

const operatorToken = crypto.getRandomValues(new Uint8Array(32)).toHex()
/** Workers have no process that could be asked. */
const isKept = targetName !== 'workerd'

/** Of each kind, twice. */
const attempts = 25

const others = {
  nobody: {},
  'a token that is longer': { accessToken: `${operatorToken}x` },
  'a token that is shorter': { accessToken: operatorToken.slice(1) },
  'another way of authorization': { headers: { authorization: `Basic ${operatorToken}` } },
  'a token that is empty': { headers: { authorization: 'Bearer ' } },
  'a cookie': { headers: { cookie: `operator_token=${operatorToken}` } },
}

test.each(Object.entries(others))('with OPERATOR_TOKEN there is nothing for %s', async (_, options) => {
  const server = await target({ OPERATOR_TOKEN: operatorToken })
  expectProblem(await server.send('GET /metrics', options), 404, 'not_found')
  expectProblem(await server.send(`GET /metrics?token=${operatorToken}`, options), 404, 'not_found')
})

test('with METRICS=off there is nothing for an operator either, and nobody is told why', async () => {
  const server = await startTarget({ OPERATOR_TOKEN: operatorToken, METRICS: 'off' })
  expectProblem(await server.send('GET /metrics', { accessToken: operatorToken }), 404, 'not_found')
  await server.stop()
})

test.skipIf(isKept)('on Workers there is nothing, not even for an operator', async () => {
  const server = await target({ OPERATOR_TOKEN: operatorToken })
  expectProblem(await server.send('GET /metrics', { accessToken: operatorToken }), 404, 'not_found')
})

describe.skipIf(!isKept)('on a server that lasts', () => {
  const read = async (headers: Record<string, string> = {}) => {
    const server = await target({ OPERATOR_TOKEN: operatorToken })
    return server.send('GET /metrics', { accessToken: operatorToken, headers })
  }

  test.each([
    ['', 'text/plain; version=0.0.4; charset=utf-8'],
    ['*/*', 'text/plain; version=0.0.4; charset=utf-8'],
    ['text/html,application/xhtml+xml', 'text/plain; version=0.0.4; charset=utf-8'],
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
    [
      'text/plain;q=0.5,application/openmetrics-text;q=0.9',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
    ['application/openmetrics-text;q=0.1,text/plain', 'text/plain; version=0.0.4; charset=utf-8'],
  ])('an operator who accepts %p gets %s', async (accept, type) => {
    const reply = await read(accept ? { accept } : {})
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, type])
    expect(reply.text.endsWith('# EOF\n')).toBe(type.startsWith('application/'))
    expect(reply.headers.get('cache-control')).toBe('no-store')
  })

  test('what only the database knows is there', async () => {
    const known = ['auth_active_sessions', 'api_keys_expiring', 'audit_unsealed_age_seconds']
    const patterns = [
      ...known.map((name) => new RegExp(`^${name} \\d`, 'm')),
      /^jobs_dead\{queue="send-reset-mail"\} \d+$/m,
    ]
    // A scrape does not wait long for a database that is slow.
    for (const pattern of patterns) {
      while (!pattern.test((await read()).text)) await Bun.sleep(100)
    }
  })

  test('whatever paths, methods and providers are asked for, there are no more series for it', async () => {
    const server = await target({ OPERATOR_TOKEN: operatorToken })
    const attack = async (from: number) => {
      for (let count = from; count < from + attempts; count += 1) {
        await server.send(`GET /v1/nothing-${count}/${crypto.randomUUID()}`)
        await server.send(`GET /v1/users/${crypto.randomUUID()}`)
        await server.send(`POST /v1/auth/oauth/provider-${count}/token`, { json: { idToken: 'x', nonce: 'a nonce' } })
        await fetch(`${server.baseUrl}/v1/me`, { method: `BREW${count}` }).catch(() => undefined)
        await fetch(`${server.baseUrl}/v1/auth/login`, { method: ['PUT', 'PROPFIND', 'DELETE'][count % 3] ?? '' })
      }
    }
    const seriesIn = (text: string) =>
      text.split('\n').filter((line) => /^(http|auth|db_round|redis|ratelimit|outside)/.test(line)).length
    await attack(0)
    // It counts itself from the second time on.
    await read()
    const before = await read()
    await attack(attempts)
    const after = await read()
    expect(seriesIn(after.text)).toBe(seriesIn(before.text))
    expect(after.text).not.toMatch(/nothing-|provider-\d|BREW|PROPFIND/)
    expect(after.text).toMatch(/^http_requests_total\{route="none",method="GET",status="404"\} \d+$/m)
    expect(after.text).toMatch(/^http_requests_total\{route="\/v1\/users\/:id",method="GET",status="404"\} \d+$/m)
  }, 60_000)
})
