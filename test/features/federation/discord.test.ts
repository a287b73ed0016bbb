import { expect, test } from 'bun:test'
import { openWorld } from '../../platform'
import { exchangeIn, goToProvider, settingsFor } from './federated-world'
import { createStandIn, tokenAnswer } from './stand-in-issuer'

const logInAs = async (person: object) => {
  const discord = createStandIn({
    'https://discord.com/api/oauth2/token': () => tokenAnswer(undefined),
    'https://discord.com/api/users/@me': () => Response.json({ id: '80351110224678912', username: 'ada', ...person }),
  })
  const world = (await openWorld(settingsFor(['discord']))).startAnother({}, { providers: discord.providers })
  const flow = await goToProvider(world, 'discord')
  return exchangeIn(world, (await flow.comeBack()).returned())
}

test('Discord says by its API who somebody is, and whether their address is verified', async () => {
  const email = 'ada@example.com'
  expect(await logInAs({ email, verified: true, global_name: 'Ada', locale: 'en-GB' })).toMatchObject({
    status: 200,
    body: { user: { email, emailVerified: true, name: 'Ada', locale: 'en-GB' } },
  })
  for (const person of [{ email, verified: false }, { email }, { email, verified: null }, { verified: true }]) {
    expect(await logInAs(person)).toMatchObject({ status: 403, body: { code: 'identity_unproved' } })
  }
})
