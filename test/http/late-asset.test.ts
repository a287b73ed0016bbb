import { expect, test } from 'bun:test'
import { createLateAsset } from '#http/late-asset'
import { assetHeaders } from '#http/static-assets'

const ask = (headers: Record<string, string> = {}) => new Request('http://postern.test/openapi.json', { headers })

test('a late asset is made at the first request, once for all who ask at that moment', async () => {
  let made = 0
  const answer = createLateAsset(async () => ({ made: ++made }))
  expect(made).toBe(0)
  const answers = await Promise.all([answer(ask()), answer(ask()), answer(ask())])
  for (const each of answers) expect(await each.json()).toEqual({ made: 1 })
})

test('it has the headers of every asset, and whoever has it already is told so by its tag', async () => {
  const answer = createLateAsset(async () => ({ openapi: '3.1.1' }))
  const first = await answer(ask())
  expect(Object.fromEntries(first.headers)).toMatchObject({
    ...assetHeaders,
    'content-type': 'application/json;charset=utf-8',
  })
  const etag = first.headers.get('etag') ?? ''
  expect(etag).toMatch(/^"[0-9a-f]{16}"$/)
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await answer(ask({ 'if-none-match': known }))
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
  }
  expect((await answer(ask({ 'if-none-match': '"other"' }))).status).toBe(200)
})

test('one that could not be made is made at the next request', async () => {
  const faults = [new Error('no memory')]
  const answer = createLateAsset(async () => {
    const fault = faults.pop()
    if (fault) throw fault
    return {}
  })
  await expect(answer(ask())).rejects.toThrow('no memory')
  expect((await answer(ask())).status).toBe(200)
})
