import { expect, test } from 'bun:test'
import { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { ada, mailedToken, registerAndLogIn } from '../people'
import { comeBackAs, countLinked, exchangeIn, openFederatedWorld } from './federated-world'

const intruder = { sub: 'eve-at-acme', email: 'eve@evil.example' }

/** Each way in which the owner of an address proves it for the first time. */
const proofs: [string, (world: World) => Promise<void>][] = [
  [
    'a reset',
    async (world) => {
      await world.send('POST /v1/auth/password/forgot', { json: { email: ada.email } })
      await world.settle()
      const json = { token: mailedToken(world), newPassword: 'a password of the owner' }
      expect((await world.send('POST /v1/auth/password/reset', { json })).status).toBe(204)
    },
  ],
  [
    'a log-in link',
    async (world) => {
      await world.send('POST /v1/auth/email-link', { json: { email: ada.email } })
      await world.settle()
      const json = { token: mailedToken(world) }
      expect((await world.send('POST /v1/auth/email-link/consume', { json })).status).toBe(200)
    },
  ],
]

test.each(proofs)(
  'what somebody linked to another person’s address does not log in after the owner’s proof by %s',
  async (_, prove) => {
    const opened = await openFederatedWorld()
    const { world } = opened
    const { accessToken } = await registerAndLogIn(world, ada)
    const linked = await world.send('POST /v1/me/identities', {
      token: accessToken,
      json: await comeBackAs(opened, intruder),
    })
    await prove(world)
    expect((await world.send('GET /v1/me', { token: accessToken })).status).toBe(401)
    const answer = await exchangeIn(world, await comeBackAs(opened, intruder))
    const user = answer.status === 200 ? TokenSet.parse(answer.body).user : undefined
    expect({ linked: linked.status, intoAccountOf: user?.email }).not.toMatchObject({ intoAccountOf: ada.email })
  },
)

test('an account whose address is not proved is not linked, whatever the provider vouches for', async () => {
  const opened = await openFederatedWorld()
  await registerAndLogIn(opened.world, ada)
  const answer = await exchangeIn(opened.world, await comeBackAs(opened, { email: ada.email }))
  expect(answer).toMatchObject({ status: 409, body: { code: 'identity_conflict' } })
  expect(await countLinked(opened.world)).toEqual({ users: 1, identities: 0 })
})
