import type { Config } from '#core/config'
import type { Actor, Context } from '#core/context'
import { hashToken } from '#core/secrets'

/** What a verified access token says of whom it speaks for. */
export type TokenFacts = Extract<Actor, { kind: 'user' | 'machine' }> & {
  /** `exp`, in seconds. */
  expiresAt: number
  /** The id of the key that signed it: once that is revoked, so is what was verified by it. */
  signedBy: string
}

const most = 10_000

const remembered = new WeakMap<Config, Map<string, TokenFacts>>()

/**
 * Verifies a token once and remembers what it said until it expires, by its digest: a signature costs a hundred times
 * as much as a look in a map. It says nothing of the session, which each statement asks for itself.
 * @param verify throws when the token is not valid; then nothing is remembered
 */
export const rememberVerified = async (
  ctx: Context,
  token: string,
  verify: () => Promise<TokenFacts>,
): Promise<TokenFacts> => {
  const known = remembered.get(ctx.config) ?? new Map<string, TokenFacts>()
  remembered.set(ctx.config, known)
  const digest = await hashToken(token)
  const facts = known.get(digest)
  if (facts && facts.expiresAt * 1000 > ctx.clock.now().getTime()) return facts
  known.delete(digest)
  const verified = await verify()
  const [oldest] = known.keys()
  if (oldest !== undefined && known.size >= most) known.delete(oldest)
  known.set(digest, verified)
  return verified
}
