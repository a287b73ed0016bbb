import { expect, test } from 'bun:test'
import { mailedTemplates, mailOf } from '../accounts/mailed'
import { listUnfinished } from '../jobs/queue'
import { addProvedPerson } from '../notifications/scripted-mailer'
import { ada } from '../people'
import { comeBackAs, exchangeIn, type FederatedWorld, openFederatedWorld } from './federated-world'

const elsewhere = { sub: 'ada-elsewhere', email: 'ada@elsewhere.example' }

/** Ada with a password, and an address that she has proved; nothing was mailed to her yet. */
const openAdasWorld = async (more: Record<string, string> = {}) => {
  const opened = await openFederatedWorld(more)
  const { accessToken: token } = await addProvedPerson(opened.world)
  return { ...opened, token }
}

/** What was mailed of identities so far, oldest first. */
const noticesIn = async ({ world }: FederatedWorld) => {
  await world.settle()
  return mailedTemplates(world).filter((mail) => mail.startsWith('identity-'))
}

const link = async (opened: FederatedWorld, token: string, claims: object = elsewhere) =>
  opened.world.send('POST /v1/me/identities', { token, json: await comeBackAs(opened, claims) })

const linked = `identity-linked → ${ada.email}`
const unlinked = `identity-unlinked → ${ada.email}`

test('an owner who links an account is told by mail, at our address; who links it again is not', async () => {
  const opened = await openAdasWorld({ OAUTH_ACME_NAME: 'Acme Log-in' })
  expect((await link(opened, opened.token)).status).toBe(201)
  expect(await noticesIn(opened)).toEqual([linked])
  const { text, data } = mailOf(opened.world, 'identity-linked')
  expect(data).toMatchObject({ name: ada.name, detail: 'Acme Log-in' })
  expect(text).toContain('An account at Acme Log-in was linked to your account at Postern.')
  await link(opened, opened.token)
  expect((await exchangeIn(opened.world, await comeBackAs(opened, elsewhere))).status).toBe(200)
  expect(await noticesIn(opened)).toEqual([linked])
})

test('a log-in that links an account by itself tells its owner by mail; the next ones don’t', async () => {
  const opened = await openAdasWorld()
  for (const _ of [1, 2]) {
    expect((await exchangeIn(opened.world, await comeBackAs(opened))).status).toBe(200)
    expect(await noticesIn(opened)).toEqual([linked])
  }
  expect(mailOf(opened.world, 'identity-linked').data.detail).toBe('acme')
})

test('who gets an account by a log-in elsewhere is told of no link', async () => {
  const opened = await openFederatedWorld()
  for (const _ of [1, 2]) {
    expect((await exchangeIn(opened.world, await comeBackAs(opened))).status).toBe(200)
    expect(await noticesIn(opened)).toEqual([])
  }
})

test('what is refused is mailed to nobody', async () => {
  const opened = await openAdasWorld()
  expect((await exchangeIn(opened.world, await comeBackAs(opened, elsewhere))).status).toBe(200)
  const taken = await link(opened, opened.token)
  expect(taken).toMatchObject({ status: 409, body: { code: 'identity_taken' } })
  expect(await noticesIn(opened)).toEqual([])
})

test('an owner who unlinks an account is told by mail, once', async () => {
  const opened = await openAdasWorld()
  const { id } = Object((await link(opened, opened.token)).body)
  const unlink = () => opened.world.send(`DELETE /v1/me/identities/${id}`, { token: opened.token })
  expect((await unlink()).status).toBe(204)
  expect(await noticesIn(opened)).toEqual([linked, unlinked])
  const { text } = mailOf(opened.world, 'identity-unlinked')
  expect(text).toContain('An account at acme was unlinked from your account at Postern.')
  expect((await unlink()).status).toBe(404)
  expect(await noticesIn(opened)).toEqual([linked, unlinked])
})

test('the last way in stays, and nothing is mailed', async () => {
  const opened = await openFederatedWorld()
  const { accessToken } = Object((await exchangeIn(opened.world, await comeBackAs(opened))).body)
  const token = String(accessToken)
  const { items } = Object((await opened.world.send('GET /v1/me/identities', { token })).body)
  const answer = await opened.world.send(`DELETE /v1/me/identities/${items[0].id}`, { token })
  expect(answer).toMatchObject({ status: 409, body: { code: 'last_way_in' } })
  expect(await noticesIn(opened)).toEqual([])
})

test('a link and an unlink wake whoever works jobs', async () => {
  const opened = await openAdasWorld()
  let pokes = 0
  const world = opened.world.startAnother(
    {},
    {
      providers: opened.acme.providers,
      pokeJobs: () => {
        pokes += 1
      },
    },
  )
  const json = await comeBackAs(opened, elsewhere)
  const { id } = Object((await world.send('POST /v1/me/identities', { token: opened.token, json })).body)
  expect({ pokes, jobs: (await listUnfinished(world)).map(({ name }) => name) }).toEqual({
    pokes: 1,
    jobs: ['send-security-notice'],
  })
  await world.send(`DELETE /v1/me/identities/${id}`, { token: opened.token })
  expect(pokes).toBe(2)
})
