import { expect, test } from 'bun:test'
import { createOutside, type OutsideParts } from '#platform/outside'

const limits = { bytes: 100, timeoutMs: 1000 }
const publicAddress = '8.8.8.8'

/** A world of pages by their URL, and names by their addresses; every other name is that of a public host. */
const openWorld = (
  pages: Record<string, () => Response> = {},
  names: Record<string, string[]> = {},
  parts: Partial<OutsideParts> = {},
) => {
  const calls: { url: string; addresses: string[] }[] = []
  const outside = createOutside({
    resolve: async (name) => names[name] ?? [publicAddress],
    call: async (url, addresses) => {
      calls.push({ url: url.href, addresses })
      return pages[url.href]?.() ?? new Response('here', { headers: { 'content-type': 'image/png' } })
    },
    allowedHosts: [],
    ...parts,
  })
  return { outside, calls, get: (url: string) => outside.get(url, limits) }
}

const to =
  (location: string, status = 302) =>
  () =>
    new Response(null, { status, headers: { location } })
const forbidden = { ok: false, fault: 'forbidden' } as const

const refused =
  `ftp://example.com/ file:///etc/passwd data:image/png,x javascript:alert(1) gopher://example.com/ //example.com/
  example.com http:// https://user@example.com/ https://user:secret@example.com/ https://:secret@example.com/
  http://example.com:8080/ https://example.com:80/ http://example.com:443/ https://example.com:22/
  http://localhost/ http://LOCALHOST/ http://localhost./ http://a.localhost/ http://printer.local/ http://db.internal/
  http://metadata.google.internal/ http://router.lan/ http://router.home.arpa/ http://intranet/ http://example.com./
  http://hidden.onion/ http://127.0.0.1/ http://127.1/ http://2130706433/ http://0x7f000001/ http://0x7f.1/
  http://0177.0.0.1/ http://017700000001/ http://0/ http://0.0.0.0/ http://10.0.0.1/ http://192.168.1.1/ http://172.16.0.1/
  http://169.254.169.254/latest/meta-data/ http://2852039166/ http://100.100.100.200/ http://224.0.0.1/ http://255.255.255.255/
  http://127.0.0.1./ http://①②⑦.0.0.1/ http://127。0。0。1/ http://%31%32%37.0.0.1/ http://[::]/ http://[::1]/
  http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[::127.0.0.1]/ http://[64:ff9b::169.254.169.254]/
  http://[2002:7f00:1::]/ http://[2001:0:7f00:1::]/ http://[fd00:ec2::254]/ http://[fe80::1]/ http://[fe80::1%25eth0]/ http://[ff02::1]/`.split(
    /\s+/,
  )

for (const url of refused) {
  test(`${url} is not called`, async () => {
    const { get, calls } = openWorld()
    expect(await get(url)).toEqual(forbidden)
    expect(calls).toEqual([])
  })
}

test('what is longer than any address is none', async () => {
  expect(await openWorld().get(`https://example.com/${'a'.repeat(2048)}`)).toEqual(forbidden)
})

test('a public host is called at the addresses that were checked', async () => {
  const { get, calls } = openWorld({}, { 'example.com': ['8.8.8.8', '2606:4700::1'] })
  const fetched = await get('https://example.com/a.png?b#c')
  expect(fetched).toEqual({ ok: true, bytes: new TextEncoder().encode('here'), contentType: 'image/png' })
  expect(calls).toEqual([{ url: 'https://example.com/a.png?b', addresses: ['8.8.8.8', '2606:4700::1'] }])
  expect((await get('http://8.8.4.4/')).ok).toBe(true)
  expect((await get('http://[2606:4700::1]/')).ok).toBe(true)
})

test('one address inside is enough to refuse a name', async () => {
  for (const address of ['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', 'fd00::1', '64:ff9b::a9fe:a9fe']) {
    const { get, calls } = openWorld({}, { 'example.com': [publicAddress, address] })
    expect(await get('https://example.com/')).toEqual(forbidden)
    expect(calls).toEqual([])
  }
})

test('redirects are followed three times, and each is checked', async () => {
  const hops = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `https://example.com/${at}`,
        to(`/${at + 1}`, [301, 302, 303, 307, 308][at]),
      ]),
    )
  expect((await openWorld(hops(3)).get('https://example.com/0')).ok).toBe(true)
  expect(await openWorld(hops(4)).get('https://example.com/0')).toEqual({ ok: false, fault: 'refused' })
  for (const location of [
    'http://127.0.0.1/',
    'https://inside.example.com/',
    'https://u@example.com/',
    'file:///etc/passwd',
    'http://[',
  ]) {
    const { get, calls } = openWorld({ 'https://example.com/': to(location) }, { 'inside.example.com': ['10.0.0.1'] })
    expect(await get('https://example.com/')).toEqual(forbidden)
    expect(calls).toHaveLength(1)
  }
})

test('a redirect may lead to https and not away from it', async () => {
  expect((await openWorld({ 'http://example.com/': to('https://example.com/b') }).get('http://example.com/')).ok).toBe(
    true,
  )
  expect(await openWorld({ 'https://example.com/': to('http://example.com/b') }).get('https://example.com/')).toEqual(
    forbidden,
  )
})

test('what is no plain answer is refused', async () => {
  for (const page of [
    () => new Response('no', { status: 404 }),
    () => new Response('part', { status: 206 }),
    () => new Response(null, { status: 304 }),
    () => new Response(null, { status: 302 }),
    () => new Response('packed', { headers: { 'content-encoding': 'gzip' } }),
  ]) {
    expect(await openWorld({ 'https://example.com/': page }).get('https://example.com/')).toEqual({
      ok: false,
      fault: 'refused',
    })
  }
})

test('reading ends at the limit, whatever was announced', async () => {
  let pulled = 0
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          pulled += 1
          controller.enqueue(new Uint8Array(30))
        },
      }),
    )
  const announced = () => new Response(new Uint8Array(10), { headers: { 'content-length': '101' } })
  const exact = () => new Response(new Uint8Array(100))
  const pages = { 'https://example.com/a': endless, 'https://example.com/b': announced, 'https://example.com/c': exact }
  const { get } = openWorld(pages)
  expect(await get('https://example.com/a')).toEqual({ ok: false, fault: 'too-large' })
  expect(pulled).toBeLessThan(8)
  expect(await get('https://example.com/b')).toEqual({ ok: false, fault: 'too-large' })
  expect((await get('https://example.com/c')).ok).toBe(true)
})

const never = () => new Promise<never>(() => {})
const unreachable = { ok: false, fault: 'unreachable' } as const

test('the deadline is for all of it: the resolver, the call and every byte', async () => {
  const dripping = async () => new Response(new ReadableStream({ pull: never }))
  for (const parts of [{ resolve: never }, { call: never }, { call: dripping }]) {
    const { outside } = openWorld({}, {}, parts)
    const begun = performance.now()
    expect(await outside.get('https://example.com/', { bytes: 10, timeoutMs: 40 })).toEqual(unreachable)
    expect(performance.now() - begun).toBeLessThan(900)
  }
})

test('a name that nobody knows, a resolver that is away and a host that hangs up are unreachable', async () => {
  const fails = () => Promise.reject(new Error('away'))
  for (const parts of [{ resolve: async () => [] }, { resolve: fails }, { call: fails }]) {
    expect(await openWorld({}, {}, parts).get('https://example.com/')).toEqual(unreachable)
  }
})

test('an allowed host is called as it is, by its very name and port', async () => {
  const { get, calls } = openWorld({}, {}, { allowedHosts: ['127.0.0.1:8080', 'localhost:80'] })
  expect((await get('http://127.0.0.1:8080/a')).ok).toBe(true)
  expect((await get('http://localhost/')).ok).toBe(true)
  for (const url of [
    'http://127.0.0.1:8081/',
    'http://127.0.0.2:8080/',
    'http://u@127.0.0.1:8080/',
    'https://localhost/',
  ]) {
    expect(await get(url)).toEqual(forbidden)
  }
  expect(calls).toHaveLength(2)
})
