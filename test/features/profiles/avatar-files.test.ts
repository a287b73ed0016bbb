import { beforeAll, expect, test } from 'bun:test'
import { User } from '#features/profiles/contract'
import { openWorld, type World } from '../../platform'
import { registerAndLogIn } from '../people'
import { anyImage, nameIn, putImage, quickImages } from './avatars'

let world: World
let path: string
let etag: string
const content = 'RIFF of 256'

beforeAll(async () => {
  world = (await openWorld({ CORS_ORIGINS: 'https://app.example.com' })).startAnother({}, { images: quickImages })
  const { accessToken } = await registerAndLogIn(world)
  const name = nameIn(User.parse((await putImage(world, accessToken, anyImage)).body).picture)
  path = `/v1/avatars/${name}/256.webp`
  etag = `"${name}-256.webp"`
})

const read = (headers: Record<string, string> = {}, method = 'GET') => world.send(`${method} ${path}`, { headers })

test('a picture may be kept for ever, can do nothing, and is for pages of every origin', async () => {
  const { status, headers, text } = await read({ origin: 'https://elsewhere.example.com' })
  expect({ status, text }).toEqual({ status: 200, text: content })
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'image/webp',
    'content-length': '11',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    etag,
  })
  for (const origin of ['https://app.example.com', 'https://elsewhere.example.com']) {
    const answer = await read({ origin })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  }
})

test('HEAD says the same, without the picture', async () => {
  const { status, headers, text } = await read({}, 'HEAD')
  expect({ status, text, length: headers.get('content-length') }).toEqual({ status: 200, text: '', length: '11' })
  expect(headers.get('etag')).toBe(etag)
})

test('who has it is told so', async () => {
  for (const known of [etag, `W/${etag}`, '*', `"another", ${etag}`]) {
    const { status, text, headers } = await read({ 'if-none-match': known })
    expect({ known, status, text, etag: headers.get('etag') }).toEqual({ known, status: 304, text: '', etag })
  }
  expect((await read({ 'if-none-match': '"another"' })).status).toBe(200)
  expect((await read({ 'if-none-match': etag, range: 'bytes=0-3' })).status).toBe(304)
})

test.each([
  ['bytes=0-3', 206, 'RIFF', 'bytes 0-3/11'],
  ['bytes=5-', 206, 'of 256', 'bytes 5-10/11'],
  ['bytes=-3', 206, '256', 'bytes 8-10/11'],
  ['bytes=-300', 206, content, 'bytes 0-10/11'],
  ['bytes=8-300', 206, '256', 'bytes 8-10/11'],
  ['bytes=11-', 416, '', 'bytes */11'],
  ['bytes=999999999999-', 416, '', 'bytes */11'],
  ['bytes=-0', 416, '', 'bytes */11'],
  ['bytes=0-1,3-4', 200, content, null],
  ['bytes=3-1', 200, content, null],
  ['bytes=-', 200, content, null],
  ['lines=0-1', 200, content, null],
  ['bytes=0x1-2', 200, content, null],
])('a range %s is answered %d', async (range, status, text, contentRange) => {
  const answer = await read({ range })
  expect({ status: answer.status, text: answer.text, range: answer.headers.get('content-range') }).toEqual({
    status,
    text,
    range: contentRange,
  })
})

test('a part is only given of what the caller has the rest of', async () => {
  expect((await read({ range: 'bytes=0-3', 'if-range': etag })).status).toBe(206)
  for (const other of ['"another"', `W/${etag}`, 'Sun, 22 Nov 2026 12:00:00 GMT']) {
    expect(await read({ range: 'bytes=0-3', 'if-range': other })).toMatchObject({ status: 200, text: content })
  }
})

/** Its key is one that no instance knows, which elsewhere makes one look for it. */
const strangeToken = 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6Im5vYm9keS1zIn0.e30.AAAA'

test('it asks the database nothing, whoever asks', async () => {
  const instance = world.startAnother({}, { images: quickImages })
  const before = world.statements.length
  for (const address of [path, '/v1/avatars/initials/AL']) {
    for (const headers of [{ authorization: `Bearer ${strangeToken}` }, { cookie: `__Host-access=${strangeToken}` }]) {
      expect((await instance.send(`GET ${address}`, { headers })).status).toBe(200)
    }
  }
  expect(world.statements.length).toBe(before)
})

test('a name that nothing has is not found, and asked for again soon', async () => {
  const answer = await world.send(`GET /v1/avatars/${'A'.repeat(22)}/64.webp`)
  expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(answer.headers.get('cache-control')).toBe('public, max-age=60')
  for (const headers of [{ range: 'bytes=0-1' }, { 'if-none-match': '*' }]) {
    expect((await world.send(`GET /v1/avatars/${'A'.repeat(22)}/64.webp`, { headers })).status).toBe(404)
  }
})

const tricks = [
  '..',
  '%2e%2e',
  '..%2f..',
  '%2fetc',
  '%00',
  '.',
  'A',
  'a'.repeat(5000),
  'ümläut',
  '%ff',
  `${'A'.repeat(21)}%00`,
]

test('no path leads anywhere else, nor is the store asked', async () => {
  const asked: string[] = []
  const nobody = () => Promise.reject(new Error('The store was asked.'))
  const blobs = { ...world.platform.blobs, get: nobody, head: nobody }
  const instance = world.startAnother({}, { blobs })
  const name = 'A'.repeat(22)
  for (const trick of tricks) {
    for (const route of [
      `GET /v1/avatars/${trick}/64.webp`,
      `GET /v1/avatars/${name}/${trick}`,
      `GET /v1/avatars/${name}/64.webp${trick}`,
    ]) {
      const { status } = await instance.send(route)
      if (status !== 404) asked.push(`${route} ${status}`)
    }
  }
  expect(asked).toEqual([])
  for (const file of ['63.webp', '64.png', '064.webp', '64.webp.', '64.WEBP', '']) {
    expect((await instance.send(`GET /v1/avatars/${name}/${file}`)).status).toBe(404)
  }
})

test('a store that is away is told as that, and the answer is not kept', async () => {
  const { blobsUnavailable } = await import('#core/problems')
  const blobs = {
    ...world.platform.blobs,
    get: () => Promise.reject(blobsUnavailable({ headers: { 'retry-after': '2' } })),
  }
  const answer = await world.startAnother({}, { blobs }).send(`GET ${path}`)
  expect(answer).toMatchObject({ status: 503, body: { code: 'blobs_unavailable' } })
  expect(answer.headers.get('retry-after')).toBe('2')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('server-timing')).toContain('blobs;desc="closed"')
})
