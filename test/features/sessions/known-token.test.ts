import { expect, test } from 'bun:test'
import { nativeHashing } from '#platform/native-hashing'
import { openWorld } from '../../platform'
import { registerAndLogIn } from '../people'

test.each(['at once', 'after a wait'])('a token that is known %s is refused once it has expired', async (how) => {
  const world = await openWorld({ ACCESS_TOKEN_JITTER_PERCENT: '0' })
  if (how === 'at once') world.platform.hashing = nativeHashing
  const { accessToken: token } = await registerAndLogIn(world)
  const ask = () => world.send('GET /v1/me', { token })
  for (let times = 0; times < 2; times += 1) expect((await ask()).status).toBe(200)
  world.advance(899)
  expect((await ask()).status).toBe(200)
  world.advance(7)
  expect(await ask()).toMatchObject({ status: 401, body: { code: 'invalid_access_token' } })
})
