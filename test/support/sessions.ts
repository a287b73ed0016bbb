import { expect } from 'bun:test'
import type { Account } from '../given'
import { expectProblem } from './expect-problem'
import type { Reply } from './send'
import type { Server } from './server'
import type { TokenSet } from './shapes'

type Tokens = Pick<TokenSet, 'accessToken' | 'refreshToken'>

/** Holds a session to being over, for both of its tokens. */
export const expectEnded = async (server: Server, { accessToken, refreshToken }: Tokens): Promise<void> => {
  expectProblem(await server.send('GET /v1/me', { accessToken }), 401, 'session_revoked')
  const refresh = await server.send('POST /v1/auth/refresh', { json: { refreshToken } })
  expectProblem(refresh, 401, 'invalid_refresh_token')
}

/** Holds a session to being alive, for both of its tokens; the refresh token is replaced by that. */
export const expectAlive = async (server: Server, { accessToken, refreshToken }: Tokens): Promise<void> => {
  expect((await server.send('GET /v1/me', { accessToken })).status).toBe(200)
  expect((await server.send('POST /v1/auth/refresh', { json: { refreshToken } })).status).toBe(200)
}

export const logIn = (server: Server, { email, password }: Account): Promise<Reply> =>
  server.send('POST /v1/auth/login', { json: { email, password } })

/** Holds an account to letting nobody in by this password. */
export const expectNoLogIn = async (server: Server, account: Account): Promise<void> => {
  expectProblem(await logIn(server, account), 401, 'invalid_credentials')
}
