import type { CookieTokenSet, TokenSet } from './contract'

/** What the body may say when the tokens travel in cookies: everything but the tokens. */
export const toCookieTokenSet = ({ expiresIn, refreshExpiresIn, sessionId, user }: TokenSet): CookieTokenSet => ({
  tokenType: 'Cookie',
  expiresIn,
  refreshExpiresIn,
  sessionId,
  user,
})
