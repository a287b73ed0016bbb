import { expect, test } from 'bun:test'
import { openDatabase } from '#db/database'
import { openWorld, type World } from '../../platform'
import { registerAndLogIn } from '../people'
import { currentKey, decodeToken, signToken } from './forge'

const looks = (world: World) => world.statements.filter((text) => text.includes('from signing_key')).length

/** A token whose key id nobody knows. */
const strangeToken = async (world: World, accessToken: string, kid: string) => {
  const { header, claims } = decodeToken(accessToken)
  return signToken(await currentKey(world), { ...header, kid }, claims)
}

test('tokens of unknown keys make the database be asked at most every five seconds', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  const before = looks(world)
  for (let second = 0; second < 20; second += 1) {
    const token = await strangeToken(world, accessToken, `unknown-${second}`)
    expect((await world.send('GET /v1/me', { token })).status).toBe(401)
    world.advance(1)
  }
  // Beside them, an instance in use looks every five seconds whether a key was revoked.
  expect(looks(world) - before).toBeLessThanOrEqual(8)
})

test('tokens of unknown keys that come all at once ask the database once', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  world.advance(4)
  const before = looks(world)
  const strangers = Array.from({ length: 20 }, async (_, index) => {
    const token = await strangeToken(world, accessToken, `unknown-${index}`)
    return (await world.send('GET /v1/me', { token })).status
  })
  expect(new Set(await Promise.all(strangers))).toEqual(new Set([401]))
  expect(looks(world) - before).toBe(1)
})

test('a warm instance checks a token without asking for keys', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  const before = world.statements.length
  await world.send('GET /v1/me', { token: accessToken })
  expect(world.statements.length - before).toBe(1)
})

test('a failure on our side while keys are read is not blamed on the token', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  const fail = () => Promise.reject(new Error('Postgres refused a statement: 42501'))
  const failing = openDatabase({ run: fail, script: fail, begin: fail })
  const cold = world.startAnother({}, { db: failing })
  expect(await cold.send('GET /v1/me', { token: accessToken })).toMatchObject({
    status: 500,
    body: { code: 'unexpected' },
  })
})
