import { afterAll, expect, test } from 'bun:test'
import { createProviderCaller } from '#platform/provider-caller'

let isHanging = true

/** Answers in each way that a provider may. */
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/status') return new Response('body', { status: Number(searchParams.get('code')) })
    if (pathname === '/redirect') return Response.redirect('/json', 302)
    if (pathname === '/json') return Response.json({ method: request.method, text: await request.text() })
    if (pathname === '/large') return new Response(new Uint8Array(Number(searchParams.get('bytes'))))
    if (pathname === '/endless') {
      const chunk = new Uint8Array(64 * 1024)
      return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }))
    }
    const begun = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) })
    if (pathname === '/half') return new Response(begun)
    while (isHanging) await Bun.sleep(20)
    return new Response('late')
  },
})

afterAll(async () => {
  isHanging = false
  await server.stop(true)
})

const deadlineMs = 1000
const slackMs = 700

const openCaller = () => {
  let now = new Date('2026-11-22T12:00:00.000Z')
  const advance = (milliseconds: number) => {
    now = new Date(now.getTime() + milliseconds)
  }
  const caller = createProviderCaller({ PROVIDER_TIMEOUT_SECONDS: deadlineMs / 1000 }, { now: () => now })
  return {
    advance,
    ask: (path: string, provider = 'acme', init?: RequestInit) =>
      caller.fetch(provider, new URL(path, server.url).href, init),
  }
}

const timed = async (work: Promise<unknown>) => {
  const began = performance.now()
  const outcome = await work.then(
    () => 'answered',
    (error: unknown) => (error instanceof Error ? error.name : 'thrown'),
  )
  return { outcome, milliseconds: performance.now() - began }
}

test('an answer is read to its end, whatever its status below 500', async () => {
  const { ask } = openCaller()
  expect(await (await ask('/json', 'acme', { method: 'POST', body: 'hello' })).json()).toEqual({
    method: 'POST',
    text: 'hello',
  })
  for (const code of [200, 400, 401, 404, 429]) {
    const response = await ask(`/status?code=${code}`)
    expect([response.status, await response.text()]).toEqual([code, 'body'])
  }
  expect((await ask('/status?code=204')).status).toBe(204)
})

test('no redirect is followed', async () => {
  const response = await openCaller().ask('/redirect')
  expect([response.status, response.headers.get('location')]).toEqual([302, '/json'])
})

test.each(['/never', '/half'])('what does not come to an end by the deadline is given up: %s', async (path) => {
  const { outcome, milliseconds } = await timed(openCaller().ask(path))
  expect(outcome).toBe('TimeoutError')
  expect(milliseconds).toBeGreaterThan(deadlineMs - 100)
  expect(milliseconds).toBeLessThan(deadlineMs + slackMs)
})

test('an answer that is far too large is not taken, and one without an end is given up before it fills the memory', async () => {
  expect((await (await openCaller().ask('/large?bytes=1048576')).arrayBuffer()).byteLength).toBe(1_048_576)
  await expect(openCaller().ask('/large?bytes=1048577')).rejects.toThrow('too large')
  const { outcome, milliseconds } = await timed(openCaller().ask('/endless'))
  expect(outcome).not.toBe('answered')
  expect(milliseconds).toBeLessThan(deadlineMs - 100)
})

test('a provider that failed three times is not asked for a second, then by one caller at a time; others are', async () => {
  const { ask, advance } = openCaller()
  for (const path of ['/status?code=500', '/status?code=503', '/status?code=502'])
    await expect(ask(path)).rejects.toThrow()
  expect((await timed(ask('/json'))).outcome).toBe('CircuitOpen')
  expect((await timed(ask('/json', 'globex'))).outcome).toBe('answered')
  advance(1000)
  const outcomes = await Promise.all([timed(ask('/json')), timed(ask('/json'))])
  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['CircuitOpen', 'answered'])
  expect((await timed(ask('/json'))).outcome).toBe('answered')
})

test('what a provider refuses says nothing of its health', async () => {
  const { ask } = openCaller()
  for (let turn = 0; turn < 10; turn += 1) expect((await ask('/status?code=400')).status).toBe(400)
  expect((await timed(ask('/json'))).outcome).toBe('answered')
})
