import { afterAll, expect, test } from 'bun:test'
import { createSocket } from 'node:dgram'
import { createSystemDns } from '#platform/dns-bun'
import { createHttpsDns } from '#platform/dns-over-https'

const name = '_postern-challenge.example.com'

/** What the resolver over HTTPS says. */
let answer: () => Response | Promise<Response> = () => Response.json({ Status: 3 })
const https = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request) => {
    const { searchParams } = new URL(request.url)
    expect(Object.fromEntries(searchParams)).toEqual({ name, type: 'TXT' })
    expect(request.headers.get('accept')).toBe('application/dns-json')
    return answer()
  },
})

/** What a server of DNS itself says: a code (RFC 1035, section 4.1.1), and records of one or more parts; or nothing at all. */
let reply: { code: number; records: string[][] } | undefined
const udp = createSocket('udp4')
udp.on('message', (query, { port, address }) => {
  if (!reply) return
  const { code, records } = reply
  const question = query.subarray(12, query.indexOf(0, 12) + 5)
  const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80 | code, 0, 1, 0, records.length, 0, 0, 0, 0])
  const answers = records.map((parts) => {
    const data = Buffer.concat(parts.map((part) => Buffer.concat([Buffer.from([part.length]), Buffer.from(part)])))
    return Buffer.concat([Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 255]), data])
  })
  udp.send(Buffer.concat([header, question, ...answers]), port, address)
})
await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve))

afterAll(async () => {
  await https.stop(true)
  udp.close()
})

const overHttps = (timeoutMs?: number) => createHttpsDns(https.url.href.replace(/\/$/, ''), timeoutMs).txt(name)
const overUdp = (timeoutMs?: number) => createSystemDns([`127.0.0.1:${udp.address().port}`], timeoutMs).txt(name)

const txt = (...found: unknown[]) =>
  Response.json({ Status: 0, Answer: found.map((data) => ({ name, type: 16, data })) })

test('over HTTPS the texts are as they stand in the zone: parts put together, quotes and escapes undone', async () => {
  answer = () => txt('"v=spf1 -all"', '"one" "two"', '"a \\"quoted\\" \\\\ one"', '"caf\\195"', 'bare text', '""')
  expect(await overHttps()).toEqual({
    outcome: 'found',
    texts: ['v=spf1 -all', 'onetwo', 'a "quoted" \\ one', 'caf\u00c3', 'bare text', ''],
  })
})

test('over HTTPS records of other types are passed over, aliases among them', async () => {
  answer = () => Response.json({ Status: 0, Answer: [{ type: 5, data: 'x.' }, { type: 16, data: '"y"' }, null] })
  expect(await overHttps()).toEqual({ outcome: 'found', texts: ['y'] })
})

test('over HTTPS a name that there is not, or without such a record, has none', async () => {
  for (const body of [{ Status: 3 }, { Status: 0 }, { Status: 0, Answer: [{ type: 5, data: 'x.' }] }]) {
    answer = () => Response.json(body)
    expect(await overHttps()).toEqual({ outcome: 'absent' })
  }
})

test('over HTTPS a resolver that fails, answers nonsense, sends elsewhere or is silent is no answer', async () => {
  for (const broken of [
    () => new Response('{}', { status: 500 }),
    () => Response.json({ Status: 2 }),
    () => Response.json({ Status: 5 }),
    () => Response.json([]),
    () => new Response('<html>'),
    () => Response.redirect('https://example.com/', 302),
  ]) {
    answer = broken
    expect(await overHttps()).toEqual({ outcome: 'unavailable' })
  }
  answer = () => Bun.sleep(1000).then(() => txt('"late"'))
  expect(await overHttps(50)).toEqual({ outcome: 'unavailable' })
  expect(await createHttpsDns('http://127.0.0.1:1').txt(name)).toEqual({ outcome: 'unavailable' })
})

test('the machine’s resolver gives what stands in records of one part', async () => {
  reply = { code: 0, records: [['v=spf1 -all'], ['postern-domain-verification=x']] }
  expect(await overUdp()).toEqual({ outcome: 'found', texts: ['v=spf1 -all', 'postern-domain-verification=x'] })
})

test('the machine’s resolver tells a name without records from servers that fail or are silent', async () => {
  reply = { code: 3, records: [] }
  expect(await overUdp()).toEqual({ outcome: 'absent' })
  reply = { code: 0, records: [] }
  expect(await overUdp()).toEqual({ outcome: 'absent' })
  for (const code of [2, 5]) {
    reply = { code, records: [] }
    expect(await overUdp()).toEqual({ outcome: 'unavailable' })
  }
  reply = undefined
  const since = performance.now()
  expect(await overUdp(100)).toEqual({ outcome: 'unavailable' })
  expect(performance.now() - since).toBeLessThan(2000)
})
