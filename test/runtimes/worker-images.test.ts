import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createAvatarRenderer } from '#platform/avatar-renderer'
import { createImageCodecs } from '#platform/image-codecs'
import { compileImageModules } from '#platform/image-modules'
import { writeRendered } from '#platform/rendered-avatar'
import { exifOf, paint, pngChunk, toGif, toJpeg, toPng, withSegment } from '../support/pictures'
import type { Server } from '../support/server'
import { startJobsWorker } from '../support/worker-server'

let worker: Server
let called: string[] = []
/** A host of this machine, and a resolver that says of every name that it leads there. */
const inside = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request) => {
    const { pathname, search } = new URL(request.url)
    called.push(`${pathname}${search}`)
    if (pathname === '/dns') return Response.json({ Status: 0, Answer: [{ type: 1, data: '127.0.0.1' }] })
    if (pathname === '/away') return Response.redirect('http://127.0.0.1:1/', 302)
    if (pathname === '/large') return new Response(new Uint8Array(5000))
    return new Response('picture', { headers: { 'content-type': 'image/png' } })
  },
})
const origin = `http://127.0.0.1:${inside.port}`

beforeAll(async () => {
  const settings = { OUTSIDE_ALLOWED_HOSTS: `127.0.0.1:${inside.port}`, DNS_OVER_HTTPS_URL: `${origin}/dns` }
  const secret = crypto.getRandomValues(new Uint8Array(32)).toHex()
  worker = await startJobsWorker(
    { ENVIRONMENT: 'test', SECRET: secret, ...settings },
    process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1/postgres',
  )
}, 60_000)
afterAll(async () => {
  await worker.stop()
  await inside.stop(true)
})

/** Asks as the API's Worker does over its binding, by host. */
const ask = (host: string, body: BodyInit) => fetch(worker.baseUrl, { method: 'POST', headers: { host }, body })

test('workerd and Bun make the same bytes of an image', async () => {
  const picture = paint(700, 500, (x, y) => [x & 255, y & 255, (x * y) & 255, x > 350 ? 255 : 128])
  const renderer = createAvatarRenderer(createImageCodecs(await compileImageModules()))
  const first = await renderer.renderAvatar(toPng(picture))
  const files = [
    toPng(picture, [pngChunk('eXIf', exifOf(6).subarray(6))]),
    withSegment(toJpeg(picture, { progressive: true }), 0xe1, exifOf(8)),
    toJpeg(picture),
    toGif({ width: 90, height: 60, indices: Uint8Array.from({ length: 5400 }, (_, index) => index % 250) }),
    first.ok ? (first.renditions[2]?.bytes ?? new Uint8Array()) : new Uint8Array(),
    new TextEncoder().encode('<svg/>'),
    toPng(picture).slice(0, 999),
  ]
  for (const file of files) {
    expect(await (await ask('image', file)).text()).toBe(writeRendered(await renderer.renderAvatar(file)))
  }
}, 60_000)

test('in workerd the guard refuses what it should, by address, by name and behind a redirect', async () => {
  const get = async (url: string) => {
    called = []
    const response = await ask('outside', JSON.stringify([url, { bytes: 1000, timeoutMs: 3000 }]))
    return [response.status, await response.text(), response.headers.get('content-type')]
  }
  expect(await get(`${origin}/a.png`)).toEqual([200, 'picture', 'image/png'])
  for (const url of [
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://2130706433/',
    'http://169.254.169.254/',
    'http://localhost/',
  ]) {
    expect((await get(url)).slice(0, 2)).toEqual([422, '"forbidden"'])
    expect(called).toEqual([])
  }
  expect((await get('https://pictures.example.com/')).slice(0, 2)).toEqual([422, '"forbidden"'])
  expect(called.toSorted()).toEqual(['A', 'AAAA'].map((type) => `/dns?name=pictures.example.com&type=${type}`))
  expect((await get(`${origin}/away`)).slice(0, 2)).toEqual([422, '"forbidden"'])
  expect((await get(`${origin}/large`)).slice(0, 2)).toEqual([422, '"too-large"'])
}, 60_000)
