import type { Config } from '#core/config'
import type { Context, KeyOwner } from '#core/context'
import type { Network } from '#core/network'
import { databaseUnavailable } from '#core/problems'

/** An API key that is there, not revoked, and whose owner may come in. Whether it has expired, the clock says. */
export interface KnownKey {
  id: string
  name: string
  owner: KeyOwner
  organizationId: string | null
  /** What it may do: of its scopes, what its owner may. */
  permissions: string[]
  allowedNetworks: Network[]
  limitPerMinute: number | null
  expiresAt: Date | null
  lastUsedAt: Date | null
}

interface Answer {
  /** When it was asked for: what it says may be as old as that. */
  askedAt: number
  key: KnownKey | null
}

/** Within which a revocation is seen everywhere. */
const lifetimeMs = 10_000
const most = 10_000

const remembered = new WeakMap<Config, Map<string, Answer>>()

const answersOf = ({ config }: Context): Map<string, Answer> => {
  const answers = remembered.get(config) ?? new Map<string, Answer>()
  remembered.set(config, answers)
  return answers
}

const isFresh = (ctx: Context, { askedAt }: Pick<Answer, 'askedAt'>) => ctx.clock.now().getTime() - askedAt < lifetimeMs

/** What is known of a key by its hash: null if there is no such key, undefined if it has to be looked up. */
export const recallKey = (ctx: Context, keyHash: string): KnownKey | null | undefined => {
  const answer = answersOf(ctx).get(keyHash)
  return answer && isFresh(ctx, answer) ? answer.key : undefined
}

/**
 * Looks a key up and remembers what was found, or that nothing was, for ten seconds from when it was asked: a revocation
 * meanwhile counts then, however long the answer took. One that took as long is none. Throws `database-unavailable`.
 */
export const lookUpKey = async (
  ctx: Context,
  keyHash: string,
  find: () => Promise<KnownKey | null>,
): Promise<KnownKey | null> => {
  const answer: Answer = { askedAt: ctx.clock.now().getTime(), key: await find() }
  if (!isFresh(ctx, answer)) throw databaseUnavailable()
  const answers = answersOf(ctx)
  const other = answers.get(keyHash)
  // Two look-ups may overlap, and the later one may be answered first.
  if (other && other.askedAt > answer.askedAt) return other.key
  answers.delete(keyHash)
  const [oldest] = answers.keys()
  if (oldest !== undefined && answers.size >= most) answers.delete(oldest)
  answers.set(keyHash, answer)
  return answer.key
}
