import { expect, test } from 'bun:test'
import * as z from 'zod'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { makePng, makePngBomb } from '../support/images'
import { sendRaw } from '../support/send-raw'
import { Problem, User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const png = makePng()
const image = { 'content-type': 'image/png' }

const put = (accessToken: string, body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>, headers = image) =>
  server.send('PUT /v1/me/avatar', { accessToken, body, headers })

const pathOf = (picture: string | null) => new URL(picture ?? '').pathname

/** A picture is no answer of the API: it has headers of its own. */
const read = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(server.baseUrl + path, { method, headers, redirect: 'manual' })

test('an image that is sent can be read in every size, in part and under conditions, until it is taken away', async () => {
  const { accessToken } = await given.person(server)
  const reply = await put(accessToken, png)
  expect(reply.status).toBe(200)
  const { picture } = User.parse(reply.json)
  expect(picture).toStartWith(`${server.baseUrl}/v1/avatars/`)
  for (const size of [64, 128, 256, 512]) {
    const answer = await read(pathOf(picture).replace('256', String(size)))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('image/webp')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(answer.headers.get('content-length')).toBe(String(bytes.length))
    expect(bytes.subarray(0, 4).toString() + bytes.subarray(8, 12).toString()).toBe('RIFFWEBP')
  }
  const path = pathOf(picture)
  const whole = await read(path)
  const etag = whole.headers.get('etag') ?? ''
  expect((await read(path, { 'if-none-match': etag })).status).toBe(304)
  const part = await read(path, { range: 'bytes=8-11', 'if-range': etag })
  expect([part.status, await part.text()]).toEqual([206, 'WEBP'])
  expect((await read(path, { range: 'bytes=9999999-' })).status).toBe(416)
  const head = await read(path, {}, 'HEAD')
  expect([head.status, head.headers.get('content-length')]).toEqual([200, whole.headers.get('content-length')])

  const size = '?size=64'
  const there = await server.send(`GET /v1/me/avatar${size}`, { accessToken })
  expect([there.status, there.headers.get('location')]).toEqual([302, String(picture).replace('256', '64')])
  expect((await server.send('DELETE /v1/me/avatar', { accessToken })).status).toBe(204)
  // A job deletes it.
  for (let tries = 0; tries < 200 && (await read(path)).status === 200; tries += 1) await Bun.sleep(50)
  expect((await read(path)).status).toBe(404)
  const initials = (await server.send('GET /v1/me/avatar', { accessToken })).headers.get('location') ?? ''
  const drawn = await read(pathOf(initials))
  expect(drawn.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8')
  expect(await drawn.text()).toStartWith('<svg ')
})

const Upload = z.object({ uploadId: z.string(), url: z.url(), headers: z.record(z.string(), z.string()) })

test('an image can be uploaded to an address that is given for it', async () => {
  const { accessToken } = await given.person(server)
  const json = { contentType: 'image/png', bytes: png.length }
  const begun = await server.send('POST /v1/me/avatar/uploads', { accessToken, json })
  const { uploadId, url, headers } = Upload.parse(begun.json)
  const use = () => server.send('PUT /v1/me/avatar', { accessToken, json: { uploadId } })
  expectProblem(await use(), 404, 'upload_missing')
  const upload = () => server.send(`PUT ${pathOf(url)}`, { body: png, headers })
  expect((await upload()).status).toBe(204)
  expectProblem(await upload(), 404, 'not_found')
  expect(User.parse((await use()).json).picture).toContain('/v1/avatars/')
  expectProblem(await use(), 404, 'upload_missing')
})

test('what is no image, too large, cut off or a bomb is refused, and the picture stays', async () => {
  const { accessToken } = await given.person(server)
  const { picture } = User.parse((await put(accessToken, png)).json)
  const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')
  expectProblem(await put(accessToken, svg), 415, 'unsupported_image')
  expectProblem(await put(accessToken, svg, { 'content-type': 'image/svg+xml' }), 415, 'unsupported_media_type')
  expectProblem(await put(accessToken, png.slice(0, -40)), 422, 'damaged_image')
  expectProblem(await put(accessToken, makePngBomb()), 413, 'image_too_large')
  expectProblem(await put(accessToken, new Uint8Array(5 * 1024 * 1024 + 1)), 413, 'payload_too_large')
  expect(User.parse((await server.send('GET /v1/me', { accessToken })).json).picture).toBe(picture)
})

/** Everything that is not on the public internet, however it is spelled. */
const insideAddresses = [
  ...['http://127.0.0.1/', 'http://localhost/a.png', 'https://[::1]/', 'http://0.0.0.0/', 'http://127.1/'],
  ...['http://2130706433/', 'http://0x7f000001/', 'http://0177.0.0.1/', 'http://[::ffff:127.0.0.1]/'],
  ...['http://169.254.169.254/latest/meta-data/', 'http://[fe80::1]/', 'http://10.0.0.1/', 'http://192.168.1.1/'],
  ...['http://172.16.0.1/', 'http://100.64.0.1/', 'http://[fd00::1]/', 'http://metadata.google.internal/'],
]

test('an address inside is not fetched from, however it is spelled', async () => {
  const { accessToken } = await given.person(server)
  for (const url of insideAddresses) {
    const reply = await server.send('PUT /v1/me/avatar', { accessToken, json: { url } })
    // A name is looked up first, and may not be there.
    const code = url.includes('internal') ? /^url_(forbidden|unreachable)$/ : /^url_forbidden$/
    expect({ url, status: reply.status }).toEqual({ url, status: 422 })
    expect(Problem.parse(reply.json).code, url).toMatch(code)
  }
})

test('no path of a picture leads anywhere else', async () => {
  const name = 'A'.repeat(22)
  for (const trick of [
    '..',
    '../..',
    '%2e%2e',
    '..%2f..%2f..',
    '%2e%2e%2f',
    '%00',
    '%5c..',
    'a'.repeat(3000),
    '%c3%bc',
  ]) {
    for (const path of [
      `/v1/avatars/${trick}/256.webp`,
      `/v1/avatars/${name}/${trick}`,
      `/v1/avatars/${name}/${trick}/pid`,
      `/v1/avatars/${name}%2f..%2f${trick}/256.webp`,
    ]) {
      expect(await sendRaw(server, `GET ${path}`), path).toMatch(/^HTTP\/1\.1 (4\d\d|30\d|$)/)
    }
  }
})
