import type { Config } from '#core/config'
import type { Actor, Context } from '#core/context'
import { hashQuickly } from '#core/secrets'

/** What a verified access token says of whom it speaks for. */
export type TokenFacts = Extract<Actor, { kind: 'user' | 'machine' }> & {
  /** `exp`, in seconds. */
  expiresAt: number
  /** The id of the key that signed it: once that is revoked, so is what was verified by it. */
  signedBy: string
}

const most = 10_000

const remembered = new WeakMap<Config, Map<string, TokenFacts>>()

const knownTo = ({ config }: Context): Map<string, TokenFacts> => {
  const known = remembered.get(config) ?? new Map<string, TokenFacts>()
  remembered.set(config, known)
  return known
}

const isCurrent = (ctx: Context, { expiresAt }: TokenFacts) => expiresAt * 1000 > ctx.clock.now().getTime()

const recall = (ctx: Context, digest: string): TokenFacts | undefined => {
  const facts = knownTo(ctx).get(digest)
  return facts && isCurrent(ctx, facts) ? facts : undefined
}

/** What a token said that was verified here and has not expired. Its key may be revoked by now. */
export const recallVerified = async (ctx: Context, token: string): Promise<TokenFacts | undefined> =>
  recall(ctx, await hashQuickly(ctx, token))

/** The same without a wait; undefined also where the runtime has to wait for a digest. */
export const recallAtOnce = (ctx: Context, token: string): TokenFacts | undefined =>
  ctx.hashing && recall(ctx, ctx.hashing.sha256(token))

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
  const known = knownTo(ctx)
  const digest = await hashQuickly(ctx, token)
  const facts = known.get(digest)
  if (facts && isCurrent(ctx, facts)) return facts
  known.delete(digest)
  const verified = await verify()
  const [oldest] = known.keys()
  if (oldest !== undefined && known.size >= most) known.delete(oldest)
  known.set(digest, verified)
  return verified
}
