import { expect, test } from 'bun:test'
import { totpAuthenticators } from '#db/schema/authenticators'
import { renewSeals } from '#features/operations/renew-seals'
import type { World } from '../../platform'
import { addTotp, logInWithTotp, nextStep, openTotpWorld } from './second-factors'

const old = 'the secret that is about to be replaced'
const fresh = 'the secret that takes its place from now'

const operator = { kind: 'system', job: 'postern keys reseal' } as const

const sealsOf = async (world: World) =>
  (await world.db.select().from(totpAuthenticators)).map(({ sealedSecret }) => sealedSecret)

test('a log-in seals the secret of its app anew where SECRET was replaced, so that the old version can go', async () => {
  const { world, secret } = await openTotpWorld({ SECRET: old })
  const [before = ''] = await sealsOf(world)
  await logInWithTotp(world, secret)
  expect(await sealsOf(world)).toEqual([before])
  nextStep(world)
  const rotated = world.startAnother({ SECRET: `${fresh},${old}` })
  expect((await logInWithTotp(rotated, secret)).status).toBe(200)
  // The key that signs is sealed anew behind the answer.
  await rotated.settle()
  const [after = ''] = await sealsOf(world)
  expect(after.split('.')[1]).not.toBe(before.split('.')[1])
  nextStep(world)
  expect((await logInWithTotp(world.startAnother({ SECRET: fresh }), secret)).status).toBe(200)
})

test('all secrets are sealed anew within the hour, also of apps that nobody uses', async () => {
  const { world, session, secret } = await openTotpWorld({ SECRET: old })
  await addTotp(world, session, 'Tablet')
  const before = await sealsOf(world)
  const rotated = world.startAnother({ SECRET: `${fresh},${old}` })
  await renewSeals(rotated.contextOf(operator))
  const after = await sealsOf(world)
  expect(after.filter((seal) => before.includes(seal))).toEqual([])
  expect(await renewSeals(rotated.contextOf(operator))).toEqual({ renewed: 0, lost: 0 })
  expect(await sealsOf(world)).toEqual(after)
  nextStep(world)
  expect((await logInWithTotp(world.startAnother({ SECRET: fresh }), secret)).status).toBe(200)
})

test('one that can’t be opened any more is told to the operator, and holds up no other', async () => {
  const { world } = await openTotpWorld({ SECRET: old })
  const late = world.startAnother({ SECRET: fresh })
  await renewSeals(late.contextOf(operator))
  expect(world.logs.filter(({ level }) => level === 'error')).toMatchObject([
    { message: 'what is sealed can’t be opened', table: 'signing_key', count: 1 },
    { message: 'what is sealed can’t be opened', table: 'totp_authenticator', count: 1 },
  ])
})

test('a seal opens in its own row only', async () => {
  const { world, session, secret } = await openTotpWorld()
  await addTotp(world, session, 'Tablet')
  const rows = await world.db.select().from(totpAuthenticators)
  const [sealedSecret = ''] = rows.filter(({ name }) => name === 'Tablet').map((row) => row.sealedSecret)
  await world.db.update(totpAuthenticators).set({ sealedSecret })
  nextStep(world)
  expect((await logInWithTotp(world, secret)).status).toBe(500)
})
