import { expect, test } from 'bun:test'
import { totpAuthenticators } from '#db/schema/authenticators'
import type { World } from '../../platform'
import { addTotp, logInWithTotp, nextStep, openTotpWorld } from './second-factors'

const old = 'the secret that is about to be replaced'
const fresh = 'the secret that takes its place from now'

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
  const [after = ''] = await sealsOf(world)
  expect(after.split('.')[1]).not.toBe(before.split('.')[1])
  nextStep(world)
  expect((await logInWithTotp(world.startAnother({ SECRET: fresh }), secret)).status).toBe(200)
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
