import { expect, test } from 'bun:test'
import { modeOf, routePolicies } from '#core/route-policies'
import { Policy } from '#features/operations/contract'
import type { Answer } from '../../platform/calls'
import { endWaits, listUnfinished } from '../jobs/queue'
import { type FederatedWorld, goToProvider, openFederatedWorld } from './federated-world'
import { logInWithTokens, onlyKept } from './identity-tokens'
import { clientId, clientSecret, goodClaims, issuer } from './stand-in-issuer'

const issuerOfApple = {
  OAUTH_APPLE_ISSUER: issuer,
  OAUTH_APPLE_CLIENT_ID: clientId,
  OAUTH_APPLE_CLIENT_SECRET: clientSecret,
}

const takeAway = ({ acme }: FederatedWorld, ...paths: string[]) => {
  for (const path of paths) acme.answers[path] = () => Promise.reject(new Error('No answer in time.'))
}

/** How each route with a cell for providers is brought to ask one that has gone away by then. */
const meetings: Record<string, (opened: FederatedWorld) => Promise<Answer>> = {
  'GET /v1/auth/oauth/:provider/authorize': async (opened) => {
    takeAway(opened, '/.well-known/openid-configuration')
    const query = new URLSearchParams({ redirectTo: 'https://app.example.com/', codeChallenge: 'A'.repeat(43) })
    return opened.world.send(`GET /v1/auth/oauth/acme/authorize?${query}`)
  },
  'GET /v1/auth/oauth/:provider/callback': async (opened) => {
    const { browser, state } = await goToProvider(opened.world)
    takeAway(opened, '/token')
    const returned = new URLSearchParams({ state, code: 'a code', iss: issuer })
    const cookie = browser.cookieOf(opened.world.config.BASE_URL, '__Host-flow')
    const headers = { cookie: `${cookie?.name}=${cookie?.value}` }
    return opened.world.send(`GET /v1/auth/oauth/acme/callback?${returned}`, { headers })
  },
  'POST /v1/auth/oauth/:provider/callback': async (opened) => {
    const { browser, state } = await goToProvider(opened.world, 'apple')
    takeAway(opened, '/token')
    const returned = new URLSearchParams({ state, code: 'a code', iss: issuer })
    const cookie = browser.cookieOf(opened.world.config.BASE_URL, '__Host-posted-flow')
    return opened.world.send('POST /v1/auth/oauth/apple/callback', {
      form: String(returned),
      headers: { cookie: `${cookie?.name}=${cookie?.value}` },
    })
  },
  'POST /v1/auth/oauth/:provider/token': async (opened) => {
    takeAway(opened, '/jwks')
    const json = { idToken: await opened.acme.sign(goodClaims('A'.repeat(43))), nonce: 'A'.repeat(43) }
    return opened.world.send('POST /v1/auth/oauth/acme/token', { json })
  },
  'POST /v1/auth/oauth/:provider/backchannel-logout': async (opened) => {
    takeAway(opened, '/jwks')
    const form = String(new URLSearchParams({ logout_token: await opened.acme.sign(goodClaims(null)) }))
    return opened.world.send('POST /v1/auth/oauth/acme/backchannel-logout', { form })
  },
  'GET /v1/me/identities/:id/token': async (opened) => {
    const token = await logInWithTokens(opened, { expires_in: 30 })
    takeAway(opened, '/token')
    return opened.world.send(`GET /v1/me/identities/${(await onlyKept(opened.world)).id}/token`, { token })
  },
  'DELETE /v1/me/identities/:id': async (opened) => {
    const { world } = opened
    opened.acme.metadata.revocation_endpoint = `${issuer}/revoke`
    const token = await logInWithTokens(opened)
    await world.db.run(`insert into password select id, 'no hash of anything', now() from "user"`, [], 'arrays')
    takeAway(opened, '/revoke')
    const met = await world.send(`DELETE /v1/me/identities/${(await onlyKept(world)).id}`, { token })
    await world.settle()
    return met
  },
}

const readOutages = async ({ world }: FederatedWorld) =>
  Policy.parse((await world.send('GET /internal/policy')).body).outages.map(({ dependency, mode, inForce }) => ({
    dependency,
    mode,
    inForce,
  }))

test('there is an outage to meet for each route that asks other providers', () => {
  const asking = Object.entries(routePolicies).filter(([, { provider }]) => provider !== undefined)
  expect(Object.keys(meetings).toSorted()).toEqual(asking.map(([route]) => route).toSorted())
})

for (const [route, meet] of Object.entries(meetings)) {
  test(`${route} does without another provider as its line says, and that is told and counted`, async () => {
    const opened = await openFederatedWorld(issuerOfApple)
    const mode = modeOf(opened.world.config, routePolicies[route], 'provider')
    const { status, headers, body } = await meet(opened)
    if (mode === 'queued') {
      expect(status).toBe(204)
      expect((await listUnfinished(opened.world)).map(({ name }) => name)).toContain('revoke-provider-tokens')
    } else {
      expect(headers.get('server-timing')).toBe('provider;desc="closed"')
      if (route.endsWith('/callback')) expect(headers.get('location')).toContain('error=provider_failed')
      else expect({ status, code: Object(body).code }).toEqual({ status: 503, code: 'provider_unavailable' })
    }
    expect(await readOutages(opened)).toEqual([{ dependency: 'provider', mode, inForce: true }])
  })
}

test('what was queued for a provider that was away is told it when it is back', async () => {
  const opened = await openFederatedWorld(issuerOfApple)
  await meetings['DELETE /v1/me/identities/:id']?.(opened)
  const told: (string | null)[] = []
  opened.acme.answers['/revoke'] = ({ form }) => {
    told.push(form.get('token'))
    return new Response()
  }
  await endWaits(opened.world)
  await opened.world.settle()
  expect(told).toEqual(['first refresh token'])
})
