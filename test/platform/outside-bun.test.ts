import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createOutside } from '#platform/outside'
import { createBunOutside, createPinnedCall } from '#platform/outside-bun'
import { makeTlsCertificate } from '../support/tls-certificate'

const host = 'pictures.example.com'
const limits = { bytes: 10_000, timeoutMs: 5000 }

let server: Bun.Server<undefined>
let seen: { host: string | null; headers: string[] }[] = []
const certificate = makeTlsCertificate(host)

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: certificate,
    fetch: (request) => {
      seen.push({ host: request.headers.get('host'), headers: [...request.headers.keys()].toSorted() })
      return new Response(new URL(request.url).pathname)
    },
  })
})
afterAll(() => server.stop(true))

/** The call that is made, at the port of this test. */
const callHere =
  (ca?: string) =>
  (url: URL, addresses: string[], signal: AbortSignal): Promise<Response> => {
    const here = new URL(url)
    here.port = String(server.port)
    return createPinnedCall(ca)(here, addresses, signal)
  }

test('the address that was checked is the one that is called, however the name resolves then', async () => {
  seen = []
  // A name of these tests resolves nowhere: who asked anybody again would fail.
  const answer = await callHere(certificate.cert)(
    new URL(`https://${host}/a`),
    ['127.0.0.1'],
    AbortSignal.timeout(5000),
  )
  expect([answer.status, await answer.text()]).toEqual([200, '/a'])
  expect(seen).toEqual([
    { host: `${host}:${server.port}`, headers: ['accept', 'accept-encoding', 'host', 'user-agent'] },
  ])
})

test('a resolver that answers differently the second time is asked once', async () => {
  const answers = [['8.8.8.8'], ['127.0.0.1']]
  const called: string[][] = []
  const outside = createOutside({
    resolve: async () => answers.shift() ?? [],
    call: async (_, addresses) => {
      called.push(addresses)
      return new Response('x')
    },
    allowedHosts: [],
  })
  expect((await outside.get(`https://${host}/`, limits)).ok).toBe(true)
  expect(called).toEqual([['8.8.8.8']])
  expect(await outside.get(`https://${host}/`, limits)).toEqual({ ok: false, fault: 'forbidden' })
})

test('a certificate counts for the name, not for the address, and somebody has to vouch for it', async () => {
  const call = (name: string, ca?: string) =>
    callHere(ca)(new URL(`https://${name}/`), ['127.0.0.1'], AbortSignal.timeout(5000))
  await expect(call('other.example.com', certificate.cert)).rejects.toThrow()
  await expect(call(host)).rejects.toThrow()
})

test('when one address does not answer the next is tried', async () => {
  const answer = await callHere(certificate.cert)(
    new URL(`https://${host}/`),
    ['::1', '127.0.0.1'],
    AbortSignal.timeout(5000),
  )
  expect(answer.status).toBe(200)
})

test('what is packed stays packed, and is refused', async () => {
  const bomb = Bun.gzipSync(new Uint8Array(50_000_000))
  const packed = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => new Response(bomb, { headers: { 'content-encoding': 'gzip' } }),
  })
  const outside = createBunOutside([`127.0.0.1:${packed.port}`])
  expect(await outside.get(`http://127.0.0.1:${packed.port}/`, limits)).toEqual({ ok: false, fault: 'refused' })
  await packed.stop(true)
})

test('names of this machine are resolved and refused', async () => {
  const outside = createBunOutside([], { resolver: async () => ['127.0.0.1'] })
  expect(await outside.get(`https://${host}/`, limits)).toEqual({ ok: false, fault: 'forbidden' })
  expect((await createBunOutside([]).get('https://nobody.example.com.invalid/', limits)).ok).toBe(false)
})
