import { afterAll, expect, test } from 'bun:test'
import { createHttpsResolver } from '#platform/dns-over-https'

/** What the resolver of a test says, by the type that is asked for. */
let answers: Record<string, () => Response> = {}
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request) => {
    const { searchParams } = new URL(request.url)
    expect(request.headers.get('accept')).toBe('application/dns-json')
    expect(searchParams.get('name')).toBe('example.com')
    return answers[searchParams.get('type') ?? '']?.() ?? Response.json({ Status: 0 })
  },
})
afterAll(() => server.stop(true))

const resolve = () => createHttpsResolver(server.url.href.replace(/\/$/, ''))('example.com', AbortSignal.timeout(2000))
const records =
  (...found: [type: number, data: string][]) =>
  () =>
    Response.json({ Status: 0, Answer: found.map(([type, data]) => ({ name: 'x', type, data })) })

test('the addresses of both families, behind aliases, in their canonical form', async () => {
  answers = {
    A: records([5, 'alias.example.com.'], [1, '8.8.8.8'], [1, '127.0.0.1']),
    AAAA: records([28, '2606:4700:0:0:0:0:0:1'], [28, '::ffff:10.0.0.1']),
  }
  expect(await resolve()).toEqual(['8.8.8.8', '127.0.0.1', '2606:4700::1', '10.0.0.1'])
})

test('an address that can’t be read is public to nobody', async () => {
  answers = { A: records([1, '0x7f.1']) }
  expect(await resolve()).toEqual(['0.0.0.0'])
})

test('a name that there is not has none', async () => {
  answers = { A: () => Response.json({ Status: 3 }), AAAA: () => Response.json({ Status: 3 }) }
  expect(await resolve()).toEqual([])
})

test('a resolver that fails, or answers nonsense, is no answer', async () => {
  for (const answer of [
    () => new Response('{}', { status: 500 }),
    () => Response.json({ Status: 2 }),
    () => Response.json(null),
    () => new Response('<html>'),
  ]) {
    answers = { A: answer }
    await expect(resolve()).rejects.toThrow()
  }
})
