import { expect, test } from 'bun:test'
import { failuresIn } from '../accounts/lockouts'
import { isLive } from '../accounts/mailed'
import {
  challenge,
  codeOf,
  invalidChallenge,
  invalidCode,
  logInWithTotp,
  nextStep,
  openTotpWorld,
  verifyTotp,
} from './second-factors'

test('a code logs in once: for every challenge after that it is refused, and nothing is counted against its owner', async () => {
  const { world, session, secret } = await openTotpWorld()
  const code = codeOf(world, secret)
  expect((await logInWithTotp(world, secret)).status).toBe(200)
  for (let replay = 0; replay < 12; replay += 1) {
    expect(await verifyTotp(world, (await challenge(world)).token, code)).toMatchObject(invalidCode)
  }
  expect(await failuresIn(world)).toEqual({})
  expect(await isLive(world, session)).toBe(true)
  nextStep(world)
  expect((await logInWithTotp(world, secret)).status).toBe(200)
})

test('a code of the step before the last one that was used is refused, as is that of the step ahead after one ahead', async () => {
  const { world, secret } = await openTotpWorld()
  const { token } = await challenge(world)
  world.advance(300)
  const fresh = await challenge(world)
  expect((await verifyTotp(world, fresh.token, codeOf(world, secret, 1))).status).toBe(200)
  for (const away of [-1, 0, 1]) {
    expect(await verifyTotp(world, (await challenge(world)).token, codeOf(world, secret, away))).toMatchObject(
      invalidCode,
    )
  }
  nextStep(world)
  for (const away of [-1, 0]) {
    expect(await verifyTotp(world, (await challenge(world)).token, codeOf(world, secret, away))).toMatchObject(
      invalidCode,
    )
  }
  expect((await verifyTotp(world, (await challenge(world)).token, codeOf(world, secret, 1))).status).toBe(200)
  expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(invalidChallenge)
})

test('a code of one step before or after now is accepted, and of two it is not', async () => {
  for (const away of [-2, -1, 0, 1, 2]) {
    const { world, secret } = await openTotpWorld()
    world.advance(120)
    const { status } = await verifyTotp(world, (await challenge(world)).token, codeOf(world, secret, away))
    expect({ away, status }).toEqual({ away, status: Math.abs(away) > 1 ? 400 : 200 })
  }
})

test('a code that is refused comes back with the time of the server, since a wrong clock is the usual reason', async () => {
  const { world, secret } = await openTotpWorld()
  const { token } = await challenge(world)
  world.advance(11)
  const serverTime = world.clock.now().toISOString()
  for (const code of [codeOf(world, secret, -3), codeOf(world, secret, 3)]) {
    expect(await verifyTotp(world, token, code)).toMatchObject({
      status: 400,
      body: { code: 'invalid_code', serverTime },
    })
  }
})
