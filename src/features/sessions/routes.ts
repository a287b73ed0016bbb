import { PageQuery, pageOf } from '#core/pagination'
import { crossSiteRequest, multipleCredentials, notFound, sessionRevoked } from '#core/problems'
import { clearTokenCookies, hasTokenCookieTwice, readRefreshCookie } from '#http/cookies'
import { readCredential } from '#http/credential'
import { describe } from '#http/describe'
import { isOwnPage, refuseOtherPage } from '#http/own-page'
import { respondWithTokens } from '#http/respond-with-tokens'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { CookieTokenSet, JsonWebKeySet, RefreshRequest, Session, SessionParams, TokenSet } from './contract'
import { getKeySet } from './get-key-set'
import { keySetCacheSeconds } from './key-schedule'
import { listSessions } from './list-sessions'
import { logOut } from './log-out'
import { invalidRefreshToken } from './problems'
import { refresh } from './refresh'
import { revokeOthers } from './revoke-others'
import { revokeSession } from './revoke-session'

export const sessions = createRouter()
  .post(
    '/auth/refresh',
    describe({
      summary: 'Exchange a refresh token',
      description:
        'The current token, and for 30 seconds the one it replaced, give the same successor. An older one ends the session.',
      caller: 'anyone',
      answers: { 200: { description: 'The next tokens, by the same transport.', schema: TokenSet.or(CookieTokenSet) } },
      problems: [invalidRefreshToken, crossSiteRequest, multipleCredentials],
    }),
    validate('json', RefreshRequest),
    async (c) => {
      const { refreshToken } = c.req.valid('json')
      const cookie = readRefreshCookie(c)
      const isAmbiguous = refreshToken !== undefined || c.req.header('authorization') !== undefined
      if ((cookie !== undefined && isAmbiguous) || hasTokenCookieTwice(c)) throw multipleCredentials()
      if (cookie === undefined) return c.json(await refresh(c.get('ctx'), refreshToken ?? ''), 200)
      if (!(await isOwnPage(c))) throw refuseOtherPage(c)
      return c.json(await respondWithTokens(c, 'cookie', await refresh(c.get('ctx'), cookie), null), 200)
    },
  )
  .post(
    '/auth/logout',
    describe({
      summary: 'Log out',
      description: 'Ends the session of the access token, expired or not. Idempotent.',
      caller: 'anyone',
      answers: { 204: { description: 'There is no such session any more.' } },
      problems: [crossSiteRequest, multipleCredentials],
    }),
    async (c) => {
      const credential = await readCredential(c)
      if (credential.kind === 'rejected') throw credential.problem
      await logOut(c.get('ctx'), credential.kind === 'token' ? credential.accessToken : undefined)
      clearTokenCookies(c)
      return c.body(null, 204)
    },
  )
  .get(
    '/sessions',
    describe({
      summary: 'My sessions',
      caller: 'user',
      answers: { 200: { description: 'Live sessions, newest first.', schema: pageOf(Session) } },
      problems: [sessionRevoked],
    }),
    validate('query', PageQuery),
    async (c) => c.json(await listSessions(c.get('ctx'), c.req.valid('query')), 200),
  )
  .delete(
    '/sessions',
    describe({
      summary: 'End all my other sessions',
      caller: 'user',
      answers: { 204: { description: 'Only the session that asked is left.' } },
      problems: [sessionRevoked],
    }),
    async (c) => {
      await revokeOthers(c.get('ctx'))
      return c.body(null, 204)
    },
  )
  .delete(
    '/sessions/:id',
    describe({
      summary: 'End one of my sessions',
      caller: 'user',
      answers: { 204: { description: 'It has ended.' } },
      problems: [sessionRevoked, notFound],
    }),
    validate('param', SessionParams),
    async (c) => {
      await revokeSession(c.get('ctx'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )

export const keySet = createRouter().get(
  '/jwks.json',
  describe({
    summary: 'The keys that sign access tokens',
    caller: 'anyone',
    answers: { 200: { description: 'A JSON Web Key Set (RFC 7517).', schema: JsonWebKeySet } },
  }),
  async (c) => c.json(await getKeySet(c.get('ctx')), 200, { 'cache-control': `public, max-age=${keySetCacheSeconds}` }),
)
