import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Blobs } from '#core/blobs'
import { parseConfig } from '#core/config'
import { CircuitOpen } from '#platform/circuit-breaker'
import { openBlobs } from '#platform/open-blobs'
import { systemClock } from '#platform/system'
import { type S3Server, startS3Server } from '../support/s3-server'
import { openTcpProxy } from './tcp-proxy'

let s3: S3Server
let blobs: Blobs

const open = (settings: Record<string, string> = {}): Blobs => {
  const SECRET = 'a secret of thirty-two bytes or more'
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET, ...s3.settings, ...settings })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  return openBlobs(parsed.config, systemClock, () => {
    throw new Error('The settings name a store.')
  })
}

beforeAll(async () => {
  s3 = await startS3Server()
  blobs = open()
}, 60_000)
afterAll(() => s3?.stop())

const bytes = (text: string) => new TextEncoder().encode(text)
const textOf = async (key: string, range?: { offset: number; length: number }) => {
  const blob = await blobs.get(key, range)
  return blob && { ...blob, body: await new Response(blob.body).text() }
}

test('a blob is read as it was put, whole or in part, until it is deleted', async () => {
  await blobs.put('avatars/name/64.webp', bytes('All nature is but a machine.'), 'image/webp')
  const whole = { body: 'All nature is but a machine.', contentType: 'image/webp', size: 28 }
  expect(await textOf('avatars/name/64.webp')).toEqual(whole)
  expect(await textOf('avatars/name/64.webp', { offset: 4, length: 6 })).toEqual({ ...whole, body: 'nature' })
  expect(await blobs.head('avatars/name/64.webp')).toEqual({ contentType: 'image/webp', size: 28 })
  const others = Array.from({ length: 20 }, (_, index) => `avatars/name/${index}`)
  await Promise.all(others.map((key) => blobs.put(key, bytes(key), 'text/plain')))
  await blobs.delete(['avatars/name/64.webp', ...others, 'avatars/nobody/64.webp'])
  expect(await blobs.get('avatars/name/64.webp')).toBeUndefined()
  expect(await blobs.head('avatars/name/64.webp')).toBeUndefined()
  expect(await s3.listKeys()).toEqual([])
})

test('who has no right to the bucket is refused, and told it as an outage', async () => {
  const stranger = open({ S3_SECRET_ACCESS_KEY: 'a wrong one' })
  expect(stranger.put('avatars/a', bytes('x'), 'text/plain')).rejects.toThrow('blobs_unavailable')
  expect(await s3.listKeys()).toEqual([])
})

test('a signed upload puts what it was signed for at its place, and nothing else anywhere', async () => {
  const { method, url, headers } = await blobs.signUpload('uploads/name/original', {
    contentType: 'image/png',
    bytes: 5,
    seconds: 60,
  })
  const put = (address: string, body: string, contentType = 'image/png') =>
    fetch(address, { method, body, headers: { 'content-type': contentType } })
  for (const refused of [
    await put(url, 'too long'),
    await put(url, 'tiny'),
    await put(url, 'exact', 'text/html'),
    await put(url.replace('uploads/name', 'avatars/name'), 'exact'),
    await put(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000'), 'exact'),
    await fetch(url),
  ]) {
    expect(refused.status).toBe(403)
  }
  expect(await s3.listKeys()).toEqual([])
  expect((await fetch(url, { method, body: 'exact', headers })).status).toBe(200)
  expect(await textOf('uploads/name/original')).toEqual({ body: 'exact', contentType: 'image/png', size: 5 })
  await blobs.delete(['uploads/name/original'])
})

test('a store that falls silent costs a deadline, then nobody waits for it, and it is used again when it is back', async () => {
  await using proxy = await openTcpProxy(s3.baseUrl)
  const near = open({
    S3_ENDPOINT: proxy.through(s3.settings.S3_ENDPOINT ?? ''),
    BLOB_TIMEOUT_SECONDS: '1',
  })
  const ask = () =>
    near.head('avatars/a').then(
      () => 'answered',
      (error: Error) => error.cause,
    )
  expect(await ask()).toBe('answered')
  await proxy.turn('black-hole')
  for (let failures = 0; failures < 3; failures += 1) await ask()
  const startedAt = performance.now()
  for (let calls = 0; calls < 20; calls += 1) expect(await ask()).toBeInstanceOf(CircuitOpen)
  expect(performance.now() - startedAt).toBeLessThan(500)
  await proxy.turn('clear')
  proxy.reset()
  while ((await ask()) !== 'answered') await Bun.sleep(50)
})
