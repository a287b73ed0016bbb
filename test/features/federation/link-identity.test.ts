import { expect, test } from 'bun:test'
import { eventsOf } from '../audit/events'
import { grace, registerAndLogIn } from '../people'
import { comeBackAs, countLinked, exchangeIn, openFederatedWorld, refusalsOf } from './federated-world'

const proved = async (opened: Awaited<ReturnType<typeof openFederatedWorld>>) => {
  const answer = await exchangeIn(opened.world, await comeBackAs(opened))
  const { accessToken: token, user } = Object(answer.body)
  return { token: String(token), userId: String(user.id) }
}

const another = { sub: 'ada-elsewhere', email: 'ada@elsewhere.example' }

test('a link is recorded, with who asked for it', async () => {
  const opened = await openFederatedWorld()
  const { token, userId } = await proved(opened)
  const json = await comeBackAs(opened, another)
  const events = await eventsOf(opened.world, () => opened.world.send('POST /v1/me/identities', { token, json }))
  expect(events).toMatchObject([{ type: 'identity.linked', userId, actorId: userId, data: { provider: 'acme' } }])
})

test('a session that is older than five minutes links and unlinks nothing, and uses no code up', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  const { token } = await proved(opened)
  world.advance(301)
  const json = await comeBackAs(opened, another)
  const refused = { status: 401, body: { code: 'insufficient_user_authentication' } }
  expect(await world.send('POST /v1/me/identities', { token, json })).toMatchObject(refused)
  const [[id] = []] = (await world.db.run('select id from identity', [], 'arrays')) as string[][]
  expect(await world.send(`DELETE /v1/me/identities/${id}`, { token })).toMatchObject(refused)
  expect(await countLinked(world)).toEqual({ users: 1, identities: 1 })
  expect((await exchangeIn(world, json)).status).toBe(200)
})

test('nothing is linked to an account whose address nobody proved', async () => {
  const opened = await openFederatedWorld()
  const { accessToken: token } = await registerAndLogIn(opened.world, grace)
  const json = await comeBackAs(opened, another)
  expect(await opened.world.send('POST /v1/me/identities', { token, json })).toMatchObject({
    status: 403,
    body: { code: 'email_unverified' },
  })
  expect(await countLinked(opened.world)).toEqual({ users: 1, identities: 0 })
})

test('what is refused is recorded with its reason', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  await proved(opened)
  const other = await exchangeIn(world, await comeBackAs(opened, another))
  const token = String(Object(other.body).accessToken)
  const taken = await world.send('POST /v1/me/identities', { token, json: await comeBackAs(opened) })
  expect(taken).toMatchObject({ status: 409, body: { code: 'identity_taken' } })
  expect(await refusalsOf(world)).toHaveLength(1)
  const unknown = { code: 'A'.repeat(43), codeVerifier: 'A'.repeat(43) }
  expect((await world.send('POST /v1/me/identities', { token, json: unknown })).status).toBe(400)
  expect(await refusalsOf(world)).toHaveLength(2)
})

test('to link again what is linked already changes nothing, and is no conflict with somebody else', async () => {
  const opened = await openFederatedWorld()
  const { token } = await proved(opened)
  const answer = await opened.world.send('POST /v1/me/identities', { token, json: await comeBackAs(opened) })
  if (answer.status === 409) expect(answer.text).not.toContain('another account')
  expect(await countLinked(opened.world)).toEqual({ users: 1, identities: 1 })
})
