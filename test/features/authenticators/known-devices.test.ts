import { expect, test } from 'bun:test'
import type { World } from '../../platform'
import { deviceTokenIn, failuresIn, tryLogIn } from '../accounts/lockouts'
import { mailedTemplates, tokensOf } from '../accounts/mailed'
import { ada, grace } from '../people'
import {
  addTotp,
  challenge,
  codeOf,
  invalidCode,
  isFactorLocked,
  logInWithTotp,
  needsStepUp,
  nextStep,
  openProvedWorld,
  openTotpWorld,
  registerProved,
  verifyTotp,
  wrongCodeOf,
} from './second-factors'

const guess = async (world: World, secret: string, headers: Record<string, string> = {}) =>
  verifyTotp(world, (await challenge(world, ada, headers)).token, wrongCodeOf(world, secret))

/** Ada's app, and a device on which she logged in with it. */
const openKnownWorld = async () => {
  const opened = await openTotpWorld()
  const device = { 'device-token': deviceTokenIn(await logInWithTotp(opened.world, opened.secret)) }
  nextStep(opened.world)
  return { ...opened, device }
}

test('a device that logged in before has its own count: others that lock the account don’t shut it out', async () => {
  const { world, secret, device } = await openKnownWorld()
  for (let count = 0; count < 5; count += 1) expect(await guess(world, secret)).toMatchObject(invalidCode)
  expect(await guess(world, secret)).toMatchObject(isFactorLocked)
  const { token } = await challenge(world, ada, device)
  expect(await verifyTotp(world, token, wrongCodeOf(world, secret))).toMatchObject(invalidCode)
  expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
  nextStep(world)
  expect(await verifyTotp(world, (await challenge(world)).token, codeOf(world, secret))).toMatchObject(isFactorLocked)
})

test('a device that fails five times is locked itself, and the account is not', async () => {
  const { world, secret, device } = await openKnownWorld()
  for (let count = 0; count < 5; count += 1) expect(await guess(world, secret, device)).toMatchObject(invalidCode)
  const { token } = await challenge(world, ada, device)
  expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(isFactorLocked)
  expect((await logInWithTotp(world, secret)).status).toBe(200)
})

test('somebody else’s device is a stranger, and so is one that nobody knows', async () => {
  const { world, secret } = await openTotpWorld()
  const eve = await addTotp(world, await registerProved(world, grace))
  nextStep(world)
  const { token } = await challenge(world, grace)
  const evesDevice = deviceTokenIn(await verifyTotp(world, token, codeOf(world, eve.secret)))
  for (const device of [evesDevice, `${evesDevice.slice(0, -1)}A`, 'x', evesDevice, '']) {
    expect(await guess(world, secret, { 'device-token': device })).toMatchObject(invalidCode)
  }
  expect(await failuresIn(world)).toEqual({ 'second-factor': 5 })
  expect(await guess(world, secret)).toMatchObject(isFactorLocked)
})

test('devices that logged in with the password alone, before there was a second factor, get no guesses of their own', async () => {
  const { world, session } = await openProvedWorld()
  const devices: string[] = []
  for (let count = 0; count < 5; count += 1) devices.push(deviceTokenIn(await tryLogIn(world, ada.password)))
  const { secret } = await addTotp(world, session)
  nextStep(world)
  const statuses: number[] = []
  for (const device of devices) {
    statuses.push((await guess(world, secret, { 'device-token': device })).status)
    statuses.push((await guess(world, secret, { 'device-token': device })).status)
  }
  expect(statuses.filter((status) => status === 400)).toHaveLength(5)
  await world.settle()
  expect(mailedTemplates(world)).toContain(`second-factor-locked → ${ada.email}`)
})

test('nor does a session from before it make a device known by a change of the password', async () => {
  const { world, session } = await openProvedWorld()
  const weak = tokensOf(await tryLogIn(world, ada.password))
  await addTotp(world, session)
  const changed = await world.send('POST /v1/auth/password/change', {
    token: weak.accessToken,
    headers: { 'device-token': 'any' },
    json: { currentPassword: ada.password, newPassword: `${ada.password} 2` },
  })
  expect(changed).toMatchObject(needsStepUp)
  expect(changed.headers.get('device-token')).toBeNull()
})
