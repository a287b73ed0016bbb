import { expect, test } from 'bun:test'
import { refreshProviderTokens } from '#features/federation/refresh-provider-tokens'
import { keepHouse } from '../jobs/housekeeping'
import { comeBackAs, exchangeIn, openFederatedWorld } from './federated-world'
import {
  answerRefresh,
  firstTokens,
  listKept,
  logInWithTokens,
  onlyKept,
  openKept,
  shownRefreshTokens,
} from './identity-tokens'

const tokenOf = async (world: Awaited<ReturnType<typeof openFederatedWorld>>['world'], token: string) =>
  world.send(`GET /v1/me/identities/${(await onlyKept(world)).id}/token`, { token })

test('what a provider gave is sealed, also while it waits to be fetched, and is in no event, log or answer', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  const returned = await comeBackAs(opened, {}, firstTokens)
  const waiting = JSON.stringify(await world.db.run('select * from provided_identity', [], 'objects'))
  const answer = await exchangeIn(world, returned)
  const rows = await world.db.run(
    'select identity::text as row from identity union all select event::text from audit_event event',
    [],
    'objects',
  )
  const everywhere = [waiting, JSON.stringify(rows), JSON.stringify(world.logs), answer.text].join('\n')
  for (const secret of Object.values(firstTokens)) expect(everywhere).not.toContain(secret)
  expect((await onlyKept(world)).sealedTokens).toMatch(/^v1\./)
  expect(await openKept(world)).toEqual({ accessToken: 'first access token', refreshToken: 'first refresh token' })
  expect(await world.db.run('select 1 from provided_identity', [], 'arrays')).toEqual([])
})

test('the account’s own program gets the access token, and nobody else', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  const accessToken = await logInWithTokens(opened)
  const answer = await tokenOf(world, accessToken)
  expect(answer).toMatchObject({ status: 200, body: { provider: 'acme', accessToken: 'first access token' } })
  expect(answer.text).not.toContain('first refresh token')
  const [{ id = '' } = {}] = await listKept(world)
  const stranger = await exchangeIn(world, await comeBackAs(opened, { sub: 'grace', email: 'grace@example.com' }))
  const foreign = await world.send(`GET /v1/me/identities/${id}/token`, { token: Object(stranger.body).accessToken })
  expect(foreign).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await world.send(`GET /v1/me/identities/${id}/token`)).toMatchObject({ status: 401 })
})

test('tokens are refreshed before they end, by the job, with what the provider gave last', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  await logInWithTokens(opened)
  answerRefresh(opened, {
    access_token: 'second access token',
    refresh_token: 'second refresh token',
    expires_in: 3600,
  })
  world.advance(3600 - 601)
  await keepHouse(world, refreshProviderTokens)
  expect(shownRefreshTokens(opened)).toEqual([])
  world.advance(2)
  await keepHouse(world, refreshProviderTokens)
  await keepHouse(world, refreshProviderTokens)
  expect(shownRefreshTokens(opened)).toEqual(['first refresh token'])
  expect(await openKept(world)).toEqual({ accessToken: 'second access token', refreshToken: 'second refresh token' })
  answerRefresh(opened, { access_token: 'third access token', expires_in: 3600 })
  world.advance(3600)
  await keepHouse(world, refreshProviderTokens)
  expect(await openKept(world)).toEqual({ accessToken: 'third access token', refreshToken: 'second refresh token' })
})

test('a token that is about to end is refreshed for whoever asks for it', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  const accessToken = await logInWithTokens(opened, { expires_in: 300 })
  answerRefresh(opened, { access_token: 'second access token', expires_in: 300 })
  world.advance(239)
  expect((await tokenOf(world, accessToken)).body).toMatchObject({ accessToken: 'first access token' })
  world.advance(1)
  expect((await tokenOf(world, accessToken)).body).toMatchObject({ accessToken: 'second access token' })
  expect((await tokenOf(world, accessToken)).body).toMatchObject({ accessToken: 'second access token' })
  expect(shownRefreshTokens(opened)).toEqual(['first refresh token'])
})

test('a refresh token that the provider takes no more is not tried again, and a dead token is not handed out', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  const accessToken = await logInWithTokens(opened, { expires_in: 300 })
  answerRefresh(opened, { error: 'invalid_grant' }, 400)
  world.advance(400)
  for (let run = 0; run < 3; run += 1) await keepHouse(world, refreshProviderTokens)
  expect(shownRefreshTokens(opened)).toHaveLength(1)
  expect((await onlyKept(world)).isRefreshable).toBe(false)
  expect((await tokenOf(world, accessToken)).body).not.toHaveProperty('accessToken')
})

test('a token that ended and cannot be refreshed is not handed out', async () => {
  const opened = await openFederatedWorld()
  const { world } = opened
  const accessToken = await logInWithTokens(opened, { expires_in: 300, refresh_token: undefined })
  expect((await tokenOf(world, accessToken)).body).toMatchObject({ accessToken: 'first access token' })
  world.advance(301)
  expect((await tokenOf(world, accessToken)).body).not.toHaveProperty('accessToken')
})

test('while the provider is away the tokens stay, and whoever asks is told', async () => {
  const opened = await openFederatedWorld()
  const { world, acme } = opened
  const accessToken = await logInWithTokens(opened, { expires_in: 300 })
  acme.answers['/token'] = () => Promise.reject(new Error('No answer in time.'))
  world.advance(400)
  await keepHouse(world, refreshProviderTokens)
  const answer = await tokenOf(world, accessToken)
  expect(answer).toMatchObject({ status: 503, body: { code: 'provider_unavailable' } })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  answerRefresh(opened, { access_token: 'second access token', expires_in: 300 })
  await keepHouse(world, refreshProviderTokens)
  expect(await openKept(world)).toMatchObject({ accessToken: 'second access token' })
})

test('a log-in that brings no refresh token leaves the one that there is', async () => {
  const opened = await openFederatedWorld()
  await logInWithTokens(opened)
  await logInWithTokens(opened, { access_token: 'second access token', refresh_token: undefined })
  expect(await openKept(opened.world)).toMatchObject({ refreshToken: 'first refresh token' })
  expect((await onlyKept(opened.world)).isRefreshable).toBe(true)
})
