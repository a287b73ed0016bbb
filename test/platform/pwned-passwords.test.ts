import { afterAll, expect, test } from 'bun:test'
import { createPwnedPasswords } from '#platform/pwned-passwords'

const password = 'пароль-Secret-1815'
const hash = new Bun.CryptoHasher('sha1').update(password).digest('hex').toUpperCase()
const [prefix, suffix] = [hash.slice(0, 5), hash.slice(5)]
const other = '0018A45C4D1DEF81644B54AB7F969B88D65'
const padding = 'FFFFA45C4D1DEF81644B54AB7F969B88D65:0'

const lines = (...all: string[]) => all.join('\r\n')

interface Seen {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

/** A server of ranges that behaves as told; it keeps what it saw. */
const serve = (answer: (request: Request) => Response | Promise<Response>) => {
  const seen: Seen[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const { method, url, headers } = request
      seen.push({ method, url, headers: headers.toJSON(), body: await request.text() })
      return answer(request)
    },
  })
  servers.push(server)
  return { seen, baseUrl: `http://127.0.0.1:${server.port}` }
}

const servers: Bun.Server<undefined>[] = []
afterAll(() => Promise.all(servers.map((server) => server.stop(true))))

const find = (answer: (request: Request) => Response | Promise<Response>, deadlineMs = 1_500) =>
  createPwnedPasswords({ baseUrl: serve(answer).baseUrl, deadlineMs }).find(password)

const slowBody = (text: string, ms: number) =>
  new Response(
    new ReadableStream({
      start: async (controller) => {
        controller.enqueue(new TextEncoder().encode(`${other}:2\r\n`))
        await Bun.sleep(ms)
        try {
          controller.enqueue(new TextEncoder().encode(text))
          controller.close()
        } catch {
          // Whoever asked has gone.
        }
      },
    }),
  )

test('a password among the suffixes of its range is found, any other is absent', async () => {
  expect(await find(() => new Response(lines(`${other}:7`, `${suffix}:1`, padding)))).toBe('found')
  expect(await find(() => new Response(lines(`${other}:7`, padding)))).toBe('absent')
  expect(await find(() => new Response(`${lines(`${other}:7`, `${suffix}:12`)}\r\n`))).toBe('found')
  expect(await find(() => new Response(`${other}:7\n${suffix.toLowerCase()}:12\n`))).toBe('found')
})

test('an entry that was seen zero times is padding', async () => {
  expect(await find(() => new Response(lines(`${other}:7`, `${suffix}:0`)))).toBe('absent')
})

test('nothing but five digits of the hash leaves us', async () => {
  const { seen, baseUrl } = serve(() => new Response(`${suffix}:3`))
  expect(await createPwnedPasswords({ baseUrl: `${baseUrl}/mirror` }).find(password)).toBe('found')
  expect(seen).toHaveLength(1)
  expect(seen[0]).toMatchObject({ method: 'GET', url: `${baseUrl}/mirror/range/${prefix}`, body: '' })
  expect(seen[0]?.headers).toMatchObject({ 'add-padding': 'true', 'user-agent': 'Postern' })
  const told = decodeURIComponent(JSON.stringify(seen)).toUpperCase()
  for (const secret of [hash.slice(0, 6), suffix.slice(0, 6), suffix, password.toUpperCase(), 'SECRET']) {
    expect(told).not.toContain(secret)
  }
})

const page = '<html><body>Sign in to the hotel’s network</body></html>'
const nonsense: Record<string, () => Response> = {
  'a failure': () => new Response(`${suffix}:3`, { status: 500 }),
  'a limit': () => new Response('', { status: 429, headers: { 'retry-after': '2' } }),
  'a page': () => new Response(page),
  nothing: () => new Response(''),
  'a list with a line that is none': () => new Response(lines(`${suffix}:3`, page)),
  'a list that breaks off': () => new Response(lines(`${other}:7`, `${suffix.slice(0, 20)}`)),
  'a list of other hashes': () => new Response(`${hash}:3`),
  'a list without counts': () => new Response(lines(other, suffix)),
  bytes: () => new Response(new Uint8Array(4_000).fill(0xff)),
  'more than any list': () => new Response(lines(`${suffix}:3`, ...Array(30_000).fill(`${other}:7`))),
}
for (const [what, answer] of Object.entries(nonsense)) {
  test(`${what} is no answer`, async () => expect(await find(answer)).toBe('unavailable'))
}

test('a redirect is not followed, wherever it leads', async () => {
  const answer = ({ url }: Request) =>
    url.endsWith('/elsewhere') ? new Response(`${suffix}:3`) : Response.redirect('/elsewhere', 302)
  expect(await find(answer)).toBe('unavailable')
})

test('an answer without an end is given up when it is too large', async () => {
  let sent = 0
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          sent += 1
          controller.enqueue(new TextEncoder().encode(`${other}:7\r\n`.repeat(1000)))
        },
      }),
    )
  expect(await find(endless, 30_000)).toBe('unavailable')
  expect(sent).toBeLessThan(2_000)
})

test('a server that does not answer in time is given up, also in the middle of its body', async () => {
  const slow: ((request: Request) => Promise<Response> | Response)[] = [
    () => Bun.sleep(1_000).then(() => new Response(`${suffix}:3`)),
    () => slowBody(`${suffix}:3`, 1_000),
  ]
  for (const answer of slow) {
    const startedAt = performance.now()
    expect(await find(answer, 80)).toBe('unavailable')
    expect(performance.now() - startedAt).toBeLessThan(700)
  }
  expect(await find(() => slowBody(`${suffix}:3`, 20))).toBe('found')
})

test('a server that is not there, or hangs up, is no answer', async () => {
  const hangsUp = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: (socket) => void socket.end() } })
  const cuts = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data: (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n${suffix}:3\r\n`)
        socket.end()
      },
    },
  })
  const ports = [hangsUp.port, cuts.port]
  try {
    for (const port of ports) {
      expect(await createPwnedPasswords({ baseUrl: `http://127.0.0.1:${port}` }).find(password)).toBe('unavailable')
    }
  } finally {
    hangsUp.stop(true)
    cuts.stop(true)
  }
  for (const port of ports) {
    expect(await createPwnedPasswords({ baseUrl: `http://127.0.0.1:${port}` }).find(password)).toBe('unavailable')
  }
})
