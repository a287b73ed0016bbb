import { expect, test } from 'bun:test'
import { secondsOfLife } from '#features/sessions/seconds-of-life'
import { openWorld } from '../../platform'
import { refresh, registerAndLogIn } from '../people'
import { decodeToken } from './forge'

const openWithJitter = (percent: string) => openWorld({ ACCESS_TOKEN_JITTER_PERCENT: percent })

test('tokens that are made at one moment end evenly over the last tenth of their life', async () => {
  const { config, platform } = await openWithJitter('10')
  const lives = Array.from({ length: 9000 }, () => secondsOfLife(config, `${platform.ids.next()}.0`))
  const ofSecond = Map.groupBy(lives, (life) => life)
  expect([...ofSecond.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, at) => 811 + at))
  // A hundred are expected in each.
  for (const same of ofSecond.values()) expect(same.length).toBeWithin(50, 151)
})

test('tokens of one session that follow each other live differently long', async () => {
  const { config, platform } = await openWithJitter('10')
  const id = platform.ids.next()
  const lives = Array.from({ length: 100 }, (_, counter) => secondsOfLife(config, `${id}.${counter}`))
  expect(new Set(lives).size).toBeGreaterThan(40)
})

test('without jitter, and where a tenth is less than a second, all live equally long', async () => {
  const { config, platform } = await openWithJitter('0')
  const short = { ...config, ACCESS_TOKEN_SECONDS: 5, ACCESS_TOKEN_JITTER_PERCENT: 10 }
  for (let at = 0; at < 100; at += 1) {
    const id = platform.ids.next()
    expect([secondsOfLife(config, id), secondsOfLife(short, id)]).toEqual([900, 5])
  }
})

test('what the answer says is what the token says, for everybody who refreshes at once, and the token ends then', async () => {
  const world = await openWithJitter('50')
  const tokens = await registerAndLogIn(world)
  const all = await Promise.all(Array.from({ length: 5 }, () => refresh(world, tokens)))
  const [{ accessToken, expiresIn }, ...others] = [all[0] ?? tokens, ...all.slice(1)]
  for (const other of others) expect(other).toMatchObject({ accessToken, expiresIn })
  const { exp, iat } = Object(decodeToken(accessToken).claims)
  expect(exp - iat).toBe(expiresIn)
  expect(expiresIn).toBeWithin(451, 901)
  world.advance(expiresIn - 1)
  expect((await world.send('GET /v1/me', { token: accessToken })).status).toBe(200)
  world.advance(1)
  expect((await world.send('GET /v1/me', { token: accessToken })).status).toBe(401)
})
