import type { LimitState } from '#core/platform'
import type { RateLimitName } from '#core/rate-limits'

/** What callers share tells what others do: how it stands is said only to who is refused by it. */
const shared = new Set<RateLimitName>(['everyone', 'sendMail', 'checkCode'])

const isOwn = ({ name, remaining }: LimitState) => !shared.has(name) || remaining === 0

const toPolicy = ({ name, limit, windowSeconds }: LimitState) => `"${name}";q=${limit};w=${windowSeconds}`

const closeness = ({ remaining, limit }: LimitState) => remaining / limit

/**
 * Tells a caller how its limits stand, as draft-ietf-httpapi-ratelimit-headers has it: the policies (`q` uses in `w`
 * seconds), and of the one that is nearest to its end, what remains (`r`) and until when (`t` seconds). The three fields
 * of the draft's early versions say the same of that one, since most clients read these.
 */
export const limitHeaders = (limits: LimitState[]): [name: string, value: string][] => {
  const [nearest] = limits
    .filter(isOwn)
    .toSorted((a, b) => closeness(a) - closeness(b) || b.resetSeconds - a.resetSeconds)
  if (!nearest) return []
  const told = limits.filter((state) => state.name !== 'everyone' || isOwn(state))
  const resetSeconds = String(Math.ceil(nearest.resetSeconds))
  return [
    ['ratelimit-policy', told.map(toPolicy).join(', ')],
    ['ratelimit', `"${nearest.name}";r=${nearest.remaining};t=${resetSeconds}`],
    ['ratelimit-limit', String(nearest.limit)],
    ['ratelimit-remaining', String(nearest.remaining)],
    ['ratelimit-reset', resetSeconds],
  ]
}
