import { expect, test } from 'bun:test'
import { type BoundWorker, createBoundVerifier } from '#platform/imported-hash-binding'
import { answerImportedHash } from '#platform/imported-hash-endpoint'

const hash = '$2b$04$GsOSpM0FuMLjJ2GR6Ou4pOcT9vwnwRM9mXVaW01xf84P0TtUKy5/e'
const overloaded = { definition: { code: 'overloaded' }, facts: { headers: { 'retry-after': '2' } } }

const worker: BoundWorker = { fetch: (url, init) => answerImportedHash(new Request(url, init)) }

test('the bound Worker verifies, and what it can’t verify fits no password', async () => {
  const verify = createBoundVerifier(worker)
  expect(await verify('key', hash)).toBe(true)
  expect(await verify('kez', hash)).toBe(false)
  expect(await verify('key', 'no hash')).toBe(false)
})

test('the bound Worker refuses what is no password beside a hash', async () => {
  for (const body of ['{}', 'null', '["key"]', '["key", 7]', `["key", "${hash}", ""]`]) {
    const { status } = await answerImportedHash(new Request('https://imported-hash/', { method: 'POST', body }))
    expect({ body, status }).toEqual({ body, status: 400 })
  }
})

const failing: Record<string, BoundWorker['fetch']> = {
  throws: () => Promise.reject(new Error('no such Worker')),
  'answers 500': async () => new Response('true', { status: 500 }),
  'answers a page': async () => new Response('<html>'),
  'answers no yes and no no': async () => Response.json('true'),
  'does not answer': (_, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
}
for (const [what, fetch] of Object.entries(failing)) {
  test(`a bound Worker that ${what} is an outage, not a wrong password`, async () => {
    const verify = createBoundVerifier({ fetch }, { deadlineMs: 50 })
    await expect(verify('key', hash)).rejects.toMatchObject(overloaded)
  })
}

test('a bounded number is under way, and one that was cancelled counts no longer than its deadline', async () => {
  const forgotten = createBoundVerifier(
    {
      fetch: (url, init) => (init.body?.toString().includes('lost') ? new Promise(() => {}) : worker.fetch(url, init)),
    },
    { concurrent: 2, deadlineMs: 100 },
  )
  void forgotten('lost', hash)
  void forgotten('lost', hash)
  await expect(forgotten('key', hash)).rejects.toMatchObject(overloaded)
  await Bun.sleep(110)
  for (let round = 0; round < 3; round += 1) expect(await forgotten('key', hash)).toBe(true)
})
