import { expect, test } from 'bun:test'
import { describeSecretVersions } from '#features/operations/describe-secret-versions'
import { renewSeals } from '#features/operations/renew-seals'
import { describeSigningKeys } from '#features/sessions/describe-signing-keys'
import { rotateSigningKey } from '#features/sessions/rotate-signing-key'
import { openWorld, type World } from '../../platform'
import { grace, refresh, registerAndLogIn } from '../people'

const old = 'the secret that is about to be replaced'
const fresh = 'the secret that takes its place from now'
const operator = { kind: 'system', job: 'postern keys status' } as const
const week = 604_800

const versionsOf = (world: World) => describeSecretVersions(world.contextOf(operator))
const after = (world: World, seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000)

test('an older version may go when nothing is sealed with it and no refresh token of it lives', async () => {
  const world = await openWorld({ SECRET: old })
  const [ada] = [await registerAndLogIn(world), await registerAndLogIn(world, grace)]
  await world.settle()
  expect(await versionsOf(world)).toMatchObject([
    {
      state: 'newest',
      seals: { signing_key: 1 },
      dependents: null,
      removableAfter: null,
      lastNewestAt: world.clock.now(),
    },
  ])
  const lastEnd = after(world, week)

  const rotated = world.startAnother({ SECRET: `${fresh},${old}` })
  world.advance(3601)
  expect(await versionsOf(rotated)).toMatchObject([
    { state: 'newest', seals: {} },
    { state: 'older', seals: { signing_key: 1 }, dependents: { sessions: 2 }, removableAfter: null },
  ])
  expect(await renewSeals(rotated.contextOf(operator))).toEqual({ renewed: 1, lost: 0 })
  expect(await versionsOf(rotated)).toMatchObject([
    { state: 'newest', seals: { signing_key: 1 } },
    { state: 'older', seals: {}, dependents: { sessions: 2, lastSessionEndsAt: lastEnd }, removableAfter: lastEnd },
  ])

  await refresh(rotated, ada)
  await rotated.settle()
  expect(await versionsOf(rotated)).toMatchObject([{}, { dependents: { sessions: 1 }, removableAfter: lastEnd }])
  world.advance(week)
  expect(await versionsOf(rotated)).toMatchObject([
    {},
    { dependents: { sessions: 0 }, removableAfter: after(world, 0) },
  ])
})

test('a version that an instance still uses counts up to now, however often it was noted', async () => {
  const world = await openWorld({ SECRET: `${old},${fresh}` })
  const rotated = world.startAnother({ SECRET: `${fresh},${old}` })
  await registerAndLogIn(rotated)
  await rotated.settle()
  world.advance(7200)
  await registerAndLogIn(world, grace)
  await world.settle()
  expect(await versionsOf(rotated)).toMatchObject([{}, { state: 'older', dependents: { sessions: 2 } }])
})

test('seals of a version that is configured no more are shown as missing', async () => {
  const world = await openWorld({ SECRET: old })
  await registerAndLogIn(world)
  await world.settle()
  expect(await versionsOf(world.startAnother({ SECRET: fresh }))).toMatchObject([
    { state: 'newest', seals: {} },
    { state: 'missing', seals: { signing_key: 1 }, removableAfter: null },
  ])
})

test('what names a version is neither the secret nor a part of it', async () => {
  const world = await openWorld({ SECRET: `${fresh},${old}` })
  await registerAndLogIn(world)
  const shown = JSON.stringify(await versionsOf(world))
  for (const word of [old, fresh, ...old.split(' '), 'secret that']) {
    if (word.length > 4) expect(shown.includes(word)).toBe(false)
  }
  for (const { keyId } of await versionsOf(world)) expect(keyId).toMatch(/^[0-9a-f]{8}$/)
})

test('each signing key is shown with its stage and its times', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const ctx = world.contextOf(operator)
  const staged = await rotateSigningKey(ctx)
  const show = async () => (await describeSigningKeys(ctx)).map(({ stage, leavesAt }) => [stage, leavesAt])
  const leavesAt = after(world, 900 + 900 + 300)
  expect(await show()).toEqual([
    ['next', null],
    ['current', leavesAt],
  ])
  expect(staged.replaced?.leavesAt).toEqual(leavesAt)
  world.advance(900)
  expect(await show()).toEqual([
    ['current', null],
    ['previous', leavesAt],
  ])
  world.advance(1200)
  expect(await show()).toEqual([
    ['current', null],
    ['retired', leavesAt],
  ])
})
