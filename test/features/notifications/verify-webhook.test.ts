import { expect, test } from 'bun:test'
import { createSignedCall, newWebhookSecret, type SignedCall, signCall } from '../../support/svix'
import { bounced, deliver, email, findBouncedAddress, noted, openConfiguredWorld, refused, secret } from './webhook'

test('one right signature among several is enough', async () => {
  const world = await openConfiguredWorld()
  const call = await createSignedCall(secret, bounced, world.clock.now())
  const other = await createSignedCall(newWebhookSecret(), bounced, world.clock.now())
  const signatures = `v1a,x ${other.headers['svix-signature']} v1,%% ${call.headers['svix-signature']}`
  expect(await deliver(world, { ...call, headers: { ...call.headers, 'svix-signature': signatures } })).toEqual(noted)
  expect(await findBouncedAddress(world, email)).toBeDefined()
})

const forgeries: Record<string, (call: SignedCall) => Promise<SignedCall> | SignedCall> = {
  'with another secret': () => createSignedCall(newWebhookSecret(), bounced, new Date('2026-11-22T12:00:00.000Z')),
  'without a signature': ({ body, headers: { 'svix-signature': _, ...headers } }) => ({ body, headers }),
  'without an id': ({ body, headers: { 'svix-id': _, ...headers } }) => ({ body, headers }),
  'without a time': ({ body, headers: { 'svix-timestamp': _, ...headers } }) => ({ body, headers }),
  'with another body': ({ body, headers }) => ({ body: body.replace('ada', 'eve'), headers }),
  'with another id': ({ body, headers }) => ({ body, headers: { ...headers, 'svix-id': 'msg_other' } }),
  'with a time of its own': ({ body, headers }) => ({ body, headers: { ...headers, 'svix-timestamp': '1795348801' } }),
  'with a signature of another version': ({ body, headers }) => ({
    body,
    headers: { ...headers, 'svix-signature': (headers['svix-signature'] ?? '').replace('v1,', 'v2,') },
  }),
  'with half a signature': ({ body, headers }) => ({
    body,
    headers: { ...headers, 'svix-signature': (headers['svix-signature'] ?? '').slice(0, 20) },
  }),
  'with a time that is no number': async ({ body, headers }) => ({
    body,
    headers: {
      ...headers,
      'svix-timestamp': 'now',
      'svix-signature': await signCall(secret, headers['svix-id'] ?? '', 'now', body),
    },
  }),
}

for (const [forgery, forge] of Object.entries(forgeries)) {
  test(`a call ${forgery} is refused and changes nothing`, async () => {
    const world = await openConfiguredWorld()
    const call = await createSignedCall(secret, bounced, world.clock.now())
    expect(await deliver(world, await forge(call))).toEqual(refused)
    expect(await findBouncedAddress(world, email)).toBeUndefined()
  })
}

for (const [seconds, answer] of [
  [300, noted],
  [301, refused],
  [-300, noted],
  [-301, refused],
] as const) {
  test(`a call that was signed ${seconds} seconds ago is answered with ${answer.status}`, async () => {
    const world = await openConfiguredWorld()
    const at = new Date(world.clock.now().getTime() - seconds * 1000)
    expect(await deliver(world, await createSignedCall(secret, bounced, at))).toEqual(answer)
  })
}
