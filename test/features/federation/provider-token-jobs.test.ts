import { expect, test } from 'bun:test'
import { sealTokens } from '#features/federation/provider-tokens'
import { refreshProviderTokens } from '#features/federation/refresh-provider-tokens'
import { openWorld, type World } from '../../platform'
import { makeProviderKey, signWithKey } from '../../support/openid-provider-keys'
import { registerProved } from '../authenticators/second-factors'
import { keepHouse } from '../jobs/housekeeping'
import { endWaits, listUnfinished } from '../jobs/queue'
import { registerAndLogIn } from '../people'
import { comeBackAs, openFederatedWorld, settingsFor } from './federated-world'
import { answerRefresh, firstTokens, listKept, onlyKept } from './identity-tokens'
import { clientId, clientSecret, createStandIn, goodClaims, issuer } from './stand-in-issuer'

/** Gives the first person accounts at a provider whose tokens have ended. */
const addEnded = async (world: World, provider: string, count: number) => {
  const ctx = world.contextOf({ kind: 'anonymous' })
  const tokens = { access_token: 'an old one', refresh_token: 'a refresh token', token_type: 'bearer' } as const
  for (let number = 0; number < count; number += 1) {
    const subject = `${provider}-${number}`
    const sealed = await sealTokens(ctx, { provider, subject }, tokens)
    await world.db.run(
      `insert into identity (id, user_id, provider, issuer, subject, sealed_tokens, tokens_expire_at, is_refreshable,
        created_at, last_used_at)
      select $1, "user".id, $2, $3, $4, $5, $6::timestamptz - interval '1 hour', true, $6, $6 from "user"`,
      [ctx.ids.next(), provider, issuer, subject, sealed, ctx.clock.now()],
      'objects',
    )
  }
}

test.each([
  ['that is away', 'other'],
  ['that is configured no more', 'gone'],
])('the tokens at a provider %s are in nobody else’s way, however many they are', async (_, provider) => {
  const opened = await openFederatedWorld({
    OAUTH_OTHER_ISSUER: 'https://other.example',
    OAUTH_OTHER_CLIENT_ID: 'x',
    OAUTH_OTHER_CLIENT_SECRET: 'y',
  })
  const { world } = opened
  await registerAndLogIn(world)
  await addEnded(world, provider, 101)
  world.advance(60)
  await addEnded(world, 'acme', 1)
  answerRefresh(opened, { access_token: 'the next one', expires_in: 3600 })
  for (let run = 0; run < 3; run += 1) await keepHouse(world, refreshProviderTokens)
  const kept = (await listKept(world)).find((one) => one.provider === 'acme')
  expect(kept?.tokensExpireAt?.getTime()).toBe(world.clock.now().getTime() + 3_600_000)
})

test('an id_token that Microsoft sends with the next tokens is of the tenant, and is no obstacle', async () => {
  const microsoft = 'https://login.microsoftonline.com'
  const tid = '72f988bf-86f1-41af-91ab-2d7cd011db47'
  const key = await makeProviderKey('RS256')
  const claims = goodClaims(null, { iss: `${microsoft}/${tid}/v2.0`, tid })
  const { providers } = createStandIn({
    [`${microsoft}/common/v2.0/.well-known/openid-configuration`]: () =>
      Response.json({
        issuer: `${microsoft}/{tenantid}/v2.0`,
        authorization_endpoint: `${microsoft}/authorize`,
        token_endpoint: `${microsoft}/token`,
        jwks_uri: `${microsoft}/keys`,
      }),
    [`${microsoft}/token`]: async () =>
      Response.json({
        token_type: 'Bearer',
        access_token: 'the next one',
        expires_in: 3600,
        id_token: await signWithKey(key, claims),
      }),
  })
  const world = (await openWorld(settingsFor(['microsoft']))).startAnother({}, { providers })
  await registerAndLogIn(world)
  await addEnded(world, 'microsoft', 1)
  await keepHouse(world, refreshProviderTokens)
  expect((await onlyKept(world)).tokensExpireAt?.getTime()).toBe(world.clock.now().getTime() + 3_600_000)
})

/** Somebody with a password whose account at `acme`, with tokens, was just unlinked. */
const unlink = async (opened: Awaited<ReturnType<typeof openFederatedWorld>>) => {
  const { world } = opened
  const { accessToken: token } = await registerProved(world)
  const answer = await world.send('POST /v1/me/identities', { token, json: await comeBackAs(opened, {}, firstTokens) })
  expect(answer.status).toBe(201)
  const { id } = await onlyKept(world)
  expect(await world.send(`DELETE /v1/me/identities/${id}`, { token })).toMatchObject({ status: 204 })
}

const listWaiting = (world: World) => world.db.run('select provider, sealed_tokens from token_revocation', [], 'arrays')

test('a provider is told that the tokens of an unlinked account are over, and they are forgotten', async () => {
  const opened = await openFederatedWorld()
  const { world, acme } = opened
  acme.metadata.revocation_endpoint = `${issuer}/revoke`
  acme.answers['/revoke'] = () => new Response(null, { status: 200 })
  await unlink(opened)
  expect(await listWaiting(world)).toEqual([['acme', expect.stringMatching(/^v1\./)]])
  await world.settle()
  const revoked = acme.calls.filter(({ url }) => url.pathname === '/revoke')
  expect(revoked.map(({ form }) => Object.fromEntries(form))).toMatchObject([
    { token: 'first refresh token', client_id: clientId, client_secret: clientSecret },
  ])
  expect(await listWaiting(world)).toEqual([])
  expect(await listUnfinished(world)).toEqual([])
})

test('a provider that is away is told later', async () => {
  const opened = await openFederatedWorld()
  const { world, acme } = opened
  acme.metadata.revocation_endpoint = `${issuer}/revoke`
  await unlink(opened)
  await world.settle()
  expect(await listWaiting(world)).toHaveLength(1)
  expect(await listUnfinished(world)).toMatchObject([{ name: 'revoke-provider-tokens', state: 'retry' }])
  acme.answers['/revoke'] = () => new Response(null, { status: 200 })
  await endWaits(world)
  await world.settle()
  expect(await listWaiting(world)).toEqual([])
})

test('what a provider without an address for that gave is forgotten at once', async () => {
  const opened = await openFederatedWorld()
  await unlink(opened)
  await opened.world.settle()
  expect(await listWaiting(opened.world)).toEqual([])
})

test('what a provider gave that is configured no more is forgotten too', async () => {
  const opened = await openFederatedWorld()
  await unlink(opened)
  const without: Record<string, string> = {
    OAUTH_ACME_CLIENT_ID: '',
    OAUTH_ACME_CLIENT_SECRET: '',
    OAUTH_ACME_ISSUER: '',
  }
  await opened.world.startAnother(without).settle()
  expect(await listWaiting(opened.world)).toEqual([])
  expect(await listUnfinished(opened.world)).toEqual([])
})
