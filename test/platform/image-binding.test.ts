import { expect, test } from 'bun:test'
import { createBoundImages } from '#platform/image-binding'
import { createImageSpawner } from '#platform/image-spawner'
import type { BoundWorker } from '#platform/imported-hash-binding'
import { createBoundOutside } from '#platform/outside-binding'
import { answerOutside } from '#platform/outside-endpoint'
import { writeRendered } from '#platform/rendered-avatar'
import { blackPng, paint, toPng } from '../support/pictures'
import { renderer } from './read-picture'

const overloaded = { definition: { code: 'overloaded', status: 503 }, facts: { headers: { 'retry-after': '2' } } }
const image = toPng(paint(3, 3, () => [200, 10, 10]))
const noImage = new Uint8Array([1, 2, 3])

const answering: BoundWorker = {
  fetch: async (url, init) => {
    const body = new Uint8Array(await new Request(url, init).arrayBuffer())
    return new Response(writeRendered(await renderer.renderAvatar(body)))
  },
}

test('a bound Worker and a process give what the renderer gives', async () => {
  const expected = await renderer.renderAvatar(image)
  expect(await createBoundImages(answering).renderAvatar(image)).toEqual(expected)
  expect(await createImageSpawner().renderAvatar(image)).toEqual(expected)
  expect(await createBoundImages(answering).renderAvatar(noImage)).toEqual({ ok: false, fault: 'unsupported' })
  expect(await createImageSpawner().renderAvatar(noImage)).toEqual({ ok: false, fault: 'unsupported' })
}, 30_000)

const failing: Record<string, BoundWorker['fetch']> = {
  throws: () => Promise.reject(new Error('exceeded memory limit')),
  'answers 500': async () => new Response('{}', { status: 500 }),
  'answers a page': async () => new Response('<html>'),
  'leaves renditions out': async () => Response.json({ ok: true, renditions: [] }),
  'does not answer': (_, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
}
for (const [what, fetch] of Object.entries(failing)) {
  test(`a bound Worker that ${what} is an outage, not a damaged image`, async () => {
    await expect(createBoundImages({ fetch }, { deadlineMs: 50 }).renderAvatar(image)).rejects.toMatchObject(overloaded)
  })
}

test('a bounded number is asked for at a time', async () => {
  const images = createBoundImages({ fetch: () => new Promise(() => {}) }, { concurrent: 2 })
  void images.renderAvatar(image)
  void images.renderAvatar(image)
  await expect(images.renderAvatar(image)).rejects.toMatchObject(overloaded)
})

test('one process runs at a time, some images wait, and the next gets a 503', async () => {
  const images = createImageSpawner({ waiting: 1 })
  const all = await Promise.allSettled([image, image, image].map((file) => images.renderAvatar(file)))
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(all[2]).toMatchObject({ reason: overloaded })
}, 30_000)

test('a process that hangs is ended, one that dies says that the image is damaged, and nothing waits for either', async () => {
  const hanging = createImageSpawner({ deadlineMs: 300, command: [process.execPath, '-e', 'for (;;) {}'] })
  expect(await hanging.renderAvatar(blackPng(5, 5))).toEqual({ ok: false, fault: 'damaged' })
  const dying = createImageSpawner({ command: [process.execPath, '-e', 'process.abort()'] })
  expect(await dying.renderAvatar(image)).toEqual({ ok: false, fault: 'damaged' })
  const talking = createImageSpawner({ command: [process.execPath, '-e', 'console.log("Hello")'] })
  await expect(talking.renderAvatar(image)).rejects.toMatchObject(overloaded)
  const absent = createImageSpawner({ command: ['/no/such/program'] })
  await expect(absent.renderAvatar(image)).rejects.toMatchObject(overloaded)
}, 30_000)

test('a process sees no setting of ours', async () => {
  const script = 'process.exit(Object.keys(process.env).every((name) => name.startsWith("BUN_JSC_")) ? 0 : 3)'
  const images = createImageSpawner({ command: [process.execPath, '-e', script] })
  // It ended well and said nothing: with any variable the image would be damaged.
  await expect(images.renderAvatar(image)).rejects.toMatchObject(overloaded)
})

test('what a bound Worker fetched outside comes through, and so does each fault', async () => {
  const answers = [
    { ok: true, bytes: new Uint8Array([1, 2]), contentType: 'image/png' },
    { ok: true, bytes: new Uint8Array(), contentType: null },
    { ok: false, fault: 'forbidden' },
    { ok: false, fault: 'too-large' },
  ] as const
  for (const answer of answers) {
    const outside = createBoundOutside({
      fetch: (url, init) => answerOutside({ get: async () => answer }, new Request(url, init)),
    })
    expect(await outside.get('https://example.com/', { bytes: 9, timeoutMs: 1000 })).toEqual(answer)
  }
  for (const fetch of Object.values(failing).slice(0, 2)) {
    const outside = createBoundOutside({ fetch })
    const limits = { bytes: 9, timeoutMs: 1000 }
    expect(await outside.get('https://example.com/', limits)).toEqual({ ok: false, fault: 'unreachable' })
  }
})
