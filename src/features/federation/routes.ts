import type { Context } from 'hono'
import { crossSiteRequest, malformedRequest, notFound, providerUnavailable } from '#core/problems'
import { readFlowCookie, setFlowCookie } from '#http/cookies'
import { describe } from '#http/describe'
import { readForm } from '#http/read-form'
import { respondWithOutcome } from '#http/respond-with-tokens'
import { type AppEnv, createRouter } from '#http/router'
import { validate } from '#http/validate'
import { LoggedIn } from '../authenticators/log-in-contract'
import { beginFederatedLogIn, flowSeconds } from './begin-federated-log-in'
import { AuthorizationRequest, IdentityExchange, IdTokenLogIn, ProviderList, ProviderParams } from './contract'
import { endProviderSessions } from './end-provider-sessions'
import { exchangeIdentity } from './exchange-identity'
import { finishFederatedLogIn } from './finish-federated-log-in'
import { listProviders } from './list-providers'
import { logInByIdToken } from './log-in-by-id-token'
import {
  identityConflict,
  identityUnproved,
  invalidIdentityCode,
  invalidIdToken,
  invalidLogInFlow,
  invalidLogOutToken,
  invalidRedirect,
} from './problems'

const finish = async (c: Context<AppEnv>, provider: string, returned: URLSearchParams) => {
  const binding = readFlowCookie(c, c.req.method === 'POST')
  return c.redirect(await finishFederatedLogIn(c.get('ctx'), { provider }, returned, binding), 302)
}

/** Log-ins at other providers. */
export const federation = createRouter()
  .get(
    '/auth/oauth',
    describe({
      summary: 'The providers at which people may log in',
      description: 'For the buttons of a log-in page.',
      caller: 'anyone',
      answers: { 200: { description: 'By their ids.', schema: ProviderList } },
      problems: [],
    }),
    (c) => c.json(listProviders(c.get('ctx')), 200),
  )
  .post(
    '/auth/oauth/:provider/token',
    describe({
      summary: 'Log in by a provider’s id_token',
      description: 'For apps that use the provider’s own library. The nonce works once.',
      caller: 'anyone',
      answers: { 200: { description: 'As for `/v1/auth/oauth/exchange`.', schema: LoggedIn } },
      problems: [notFound, invalidIdToken, providerUnavailable, identityConflict, identityUnproved, crossSiteRequest],
    }),
    validate('param', ProviderParams),
    validate('json', IdTokenLogIn),
    async (c) => {
      const brought = { ...c.req.valid('param'), ...c.req.valid('json') }
      return c.json(await respondWithOutcome(c, brought.transport, () => logInByIdToken(c.get('ctx'), brought)), 200)
    },
  )
  .post(
    '/auth/oauth/:provider/backchannel-logout',
    describe({
      summary: 'Where a provider says that somebody logged out',
      description: 'OpenID Connect Back-Channel Logout: a form with `logout_token`.',
      caller: 'anyone',
      answers: { 200: { description: 'Sessions that began there have ended.' } },
      problems: [notFound, invalidLogOutToken, providerUnavailable, malformedRequest],
    }),
    validate('param', ProviderParams),
    async (c) => {
      const logOutToken = (await readForm(c)).get('logout_token') ?? ''
      await endProviderSessions(c.get('ctx'), { ...c.req.valid('param'), logOutToken })
      return c.body(null, 200)
    },
  )
  .get(
    '/auth/oauth/:provider/authorize',
    describe({
      summary: 'Log in at another provider',
      description:
        'Send the browser here. It comes back to `redirectTo` with a code for `/v1/auth/oauth/exchange`, or `error`.',
      caller: 'anyone',
      answers: { 302: { description: 'To the provider.' } },
      problems: [notFound, invalidRedirect, providerUnavailable],
    }),
    validate('param', ProviderParams),
    validate('query', AuthorizationRequest),
    async (c) => {
      const asked = { ...c.req.valid('param'), ...c.req.valid('query') }
      const { url, binding, isPosted } = await beginFederatedLogIn(c.get('ctx'), asked, (posted) =>
        readFlowCookie(c, posted),
      )
      setFlowCookie(c, binding, { isPosted, maxAge: flowSeconds })
      return c.redirect(url, 302)
    },
  )
  .get(
    '/auth/oauth/:provider/callback',
    describe({
      summary: 'Where a provider sends the browser back to',
      caller: 'anyone',
      answers: { 302: { description: 'To the program that asked, with a code or `error`.' } },
      problems: [notFound, invalidLogInFlow],
    }),
    validate('param', ProviderParams),
    (c) => finish(c, c.req.valid('param').provider, new URL(c.req.url).searchParams),
  )
  .post(
    '/auth/oauth/:provider/callback',
    describe({
      summary: 'The same, for providers that post it',
      caller: 'anyone',
      answers: { 302: { description: 'To the program that asked, with a code or `error`.' } },
      problems: [notFound, invalidLogInFlow, malformedRequest],
    }),
    validate('param', ProviderParams),
    async (c) => finish(c, c.req.valid('param').provider, await readForm(c)),
  )
  .post(
    '/auth/oauth/exchange',
    describe({
      summary: 'Fetch the log-in that was made at another provider',
      description: 'The code works once, within a minute, for whoever knows the verifier of its challenge.',
      caller: 'anyone',
      answers: {
        200: {
          description: 'Tokens, by the transport asked for, or the challenge for a second factor.',
          schema: LoggedIn,
        },
      },
      problems: [invalidIdentityCode, identityConflict, identityUnproved, crossSiteRequest],
    }),
    validate('json', IdentityExchange),
    async (c) => {
      const exchange = c.req.valid('json')
      return c.json(
        await respondWithOutcome(c, exchange.transport, () => exchangeIdentity(c.get('ctx'), exchange)),
        200,
      )
    },
  )
