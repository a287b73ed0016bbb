import { beforeAll, beforeEach, expect, test } from 'bun:test'
import type { Outside, OutsideFault } from '#core/outside'
import { openWorld, type World } from '../../platform'
import { makePng, makePngBomb } from '../../support/images'
import { registerAndLogIn } from '../people'
import { anyImage, blobRows, putImage, quickImages } from './avatars'

let world: World
let token: string

beforeAll(async () => {
  world = await openWorld()
  token = (await registerAndLogIn(world)).accessToken
})

const nothingIsStored = async () => {
  expect([...world.blobs.files.keys()]).toEqual([])
  expect(await blobRows(world)).toEqual([])
}
beforeEach(nothingIsStored)

const png = makePng()
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
const text = (words: string) => new TextEncoder().encode(words)

const files: [string, Uint8Array<ArrayBuffer>, number, string][] = [
  ['nothing', new Uint8Array(), 415, 'unsupported_image'],
  ['words', text('an image'), 415, 'unsupported_image'],
  ['an SVG', text(svg), 415, 'unsupported_image'],
  ['an HTML page', text('<!doctype html><script>alert(1)</script>'), 415, 'unsupported_image'],
  ['a picture of 2.5 gigapixels in a few bytes', makePngBomb(), 413, 'image_too_large'],
  ['half a picture', png.slice(0, png.length / 2), 422, 'damaged_image'],
  ['the beginning of a picture and then a page', text(`GIF89a${svg}`), 422, 'damaged_image'],
]

test.each(files)('%s is refused, and nothing of it is stored', async (_, bytes, status, code) => {
  for (const contentType of ['image/png', 'image/webp']) {
    expect(await putImage(world, token, bytes, contentType)).toMatchObject({ status, body: { code } })
  }
  await nothingIsStored()
})

test('a body of another type is refused before it is read, whatever it is', async () => {
  for (const type of [
    'image/svg+xml',
    'image/avif',
    'text/html',
    'application/octet-stream',
    'multipart/form-data',
    '',
  ]) {
    expect(await putImage(world, token, png, type)).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    })
  }
  const packed = await world.send('PUT /v1/me/avatar', {
    token,
    bytes: Bun.gzipSync(png),
    headers: { 'content-type': 'image/png', 'content-encoding': 'gzip' },
  })
  expect(packed).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
})

/** A gigabyte that nobody holds, in parts of a megabyte; `sent` counts them. */
const endless = (sent: { parts: number }) => {
  const part = new Uint8Array(1024 * 1024)
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        sent.parts += 1
        if (sent.parts > 1024) controller.close()
        else controller.enqueue(part)
      },
    },
    { highWaterMark: 0 },
  )
}

test('a stream without end is read no further than its limit', async () => {
  const sent = { parts: 0 }
  const answer = await putImage(world, token, endless(sent))
  expect(answer).toMatchObject({ status: 413, body: { code: 'payload_too_large' } })
  expect(answer.headers.get('connection')).toBe('close')
  expect(sent.parts).toBeLessThan(10)
})

test('JSON that never ends is read no further than 64 KiB, on the route of images too', async () => {
  const sent = { parts: 0 }
  const answer = await putImage(world, token, endless(sent), 'application/json')
  expect(answer).toMatchObject({ status: 413, body: { code: 'payload_too_large' } })
  expect(sent.parts).toBeLessThan(3)
})

test('other routes take no more than 64 KiB of an image', async () => {
  const bytes = new Uint8Array(65 * 1024)
  const answer = await world.send('PATCH /v1/me', { token, bytes, headers: { 'content-type': 'image/png' } })
  expect(answer.status).toBe(413)
})

const faults: [OutsideFault, number, string][] = [
  ['forbidden', 422, 'url_forbidden'],
  ['unreachable', 422, 'url_unreachable'],
  ['refused', 422, 'url_unreachable'],
  ['too-large', 413, 'image_too_large'],
]

test.each(faults)('an address that is %s is told as it is', async (fault, status, code) => {
  const instance = world.startAnother({}, { outside: { get: async () => ({ ok: false, fault }) } })
  const json = { url: 'https://example.com/image.png' }
  expect(await instance.send('PUT /v1/me/avatar', { token, json })).toMatchObject({ status, body: { code } })
})

test('what is at an address is fetched within limits, and is looked at like what is sent', async () => {
  const asked: Parameters<Outside['get']>[] = []
  const get: Outside['get'] = async (...call) => {
    asked.push(call)
    return { ok: true, bytes: text(svg), contentType: 'image/png' }
  }
  const json = { url: 'https://example.com/image.png' }
  const answer = await world.startAnother({}, { outside: { get } }).send('PUT /v1/me/avatar', { token, json })
  expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_image' } })
  expect(asked).toEqual([['https://example.com/image.png', { bytes: 5 * 1024 * 1024, timeoutMs: 10_000 }]])
})

test('an address of another scheme is no address', async () => {
  for (const url of [
    'file:///etc/passwd',
    'gopher://example.com/',
    'data:image/png;base64,AAAA',
    'javascript:1',
    '//a/b',
    '',
  ]) {
    const answer = await world.send('PUT /v1/me/avatar', { token, json: { url } })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/url' }] } })
  }
})

test('a renderer with too much to do is told as that', async () => {
  const { overloaded } = await import('#core/problems')
  const images = { renderAvatar: () => Promise.reject(overloaded()) }
  expect((await putImage(world.startAnother({}, { images }), token, anyImage)).status).toBe(503)
  expect(quickImages).toBeDefined()
})
