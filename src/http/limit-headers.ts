import type { LimitState } from '#core/platform'

/** What all callers share is nobody's business, unless it is what refuses. */
const isOwn = ({ name, remaining }: LimitState) => name !== 'everyone' || remaining === 0

const closeness = ({ remaining, limit }: LimitState) => remaining / limit

/**
 * Tells a caller how its limits stand, as draft-ietf-httpapi-ratelimit-headers has it: the policies (`q` uses in `w`
 * seconds), and of the one that is nearest to its end, what remains (`r`) and until when (`t` seconds). The three fields
 * of the draft's early versions say the same of that one, since most clients read these.
 */
export const limitHeaders = (limits: LimitState[]): [name: string, value: string][] => {
  const told = limits.filter(isOwn)
  const [nearest] = told.toSorted((a, b) => closeness(a) - closeness(b) || b.resetSeconds - a.resetSeconds)
  if (!nearest) return []
  const resetSeconds = String(Math.ceil(nearest.resetSeconds))
  return [
    [
      'ratelimit-policy',
      told.map(({ name, limit, windowSeconds }) => `"${name}";q=${limit};w=${windowSeconds}`).join(', '),
    ],
    ['ratelimit', `"${nearest.name}";r=${nearest.remaining};t=${resetSeconds}`],
    ['ratelimit-limit', String(nearest.limit)],
    ['ratelimit-remaining', String(nearest.remaining)],
    ['ratelimit-reset', resetSeconds],
  ]
}
