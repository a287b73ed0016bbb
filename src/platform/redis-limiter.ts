import { Ratelimit } from '@upstash/ratelimit'
import type { Redis } from '@upstash/redis'
import type { Hashing } from '#core/hashing'
import type { Clock, Counters, LimitState, LimitUse, RateLimiter } from '#core/platform'
import { hashQuickly } from '#core/secrets'
import { createBreaker } from './circuit-breaker'
import { toVerdict } from './limit-verdict'

export interface RedisLimiterOptions {
  clock: Clock
  /** How long Redis may take; later it counts as away. */
  timeoutMs: number
  hashing?: Hashing
}

/** One hash slot for all, so that a clustered Redis can look at several of them in one script. */
const prefix = '{postern}'

/**
 * Each key is a list of the instants of its uses, oldest first. They are looked at together: if one limit is used up that
 * is not optional, none is counted, so that whoever is refused uses up nothing that others share. Those that are over are
 * found by bisection and cut off at once, however many they are. Redis's own clock counts, whichever instance asks. Each
 * key has three arguments: its limit, its window in milliseconds, and 1 if it is optional. Gives whether the request is
 * admitted, then for each key how many uses count, the milliseconds until the oldest is over, and 1 if this one counts.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local used, admitted = {}, 1
for index, key in ipairs(KEYS) do
  local limit, window, optional = tonumber(ARGV[index * 3 - 2]), tonumber(ARGV[index * 3 - 1]), ARGV[index * 3]
  local length = redis.call('LLEN', key)
  local first, last = 0, length
  while first < last do
    local middle = math.floor((first + last) / 2)
    if tonumber(redis.call('LINDEX', key, middle)) <= now - window then first = middle + 1 else last = middle end
  end
  if first > 0 then redis.call('LTRIM', key, first, -1) end
  used[index] = length - first
  if used[index] >= limit and optional == '0' then admitted = 0 end
end
local answer = { admitted }
for index, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[index * 3 - 2]), tonumber(ARGV[index * 3 - 1])
  local counts = admitted == 1 and used[index] < limit
  if counts then
    used[index] = redis.call('RPUSH', key, now)
    redis.call('PEXPIRE', key, window)
  end
  answer[index * 3 - 1] = used[index]
  answer[index * 3] = (redis.call('LINDEX', key, 0) or now) + window - now
  answer[index * 3 + 1] = counts and 1 or 0
end
return answer
`

type Answer = Awaited<ReturnType<Ratelimit['limit']>>

/** What our algorithm answers; the library's own answer to a missed deadline has no `states`. */
interface Counted extends Answer {
  states: LimitState[]
}

const isCounted = (answer: Answer | Counted): answer is Counted => 'states' in answer

/** Keys hold addresses of people: what is stored of them is a hash, of which half is enough to tell them apart. */
const storedDigits = 32

const sha1 = async (text: string): Promise<string> =>
  new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))).toHex()

/** @param figures what the script gives for the use */
const toState = ({ name, limit, windowSeconds, isOptional }: LimitUse, figures: number[]): LimitState => {
  const [used = 0, resetMs = 0, counts = 0] = figures
  const remaining = Math.max(0, limit - used)
  const isLeftOut = isOptional && counts === 0
  return { name, limit, windowSeconds, remaining, resetSeconds: resetMs / 1000, ...(isLeftOut && { isLeftOut }) }
}

const notSupported = () => Promise.reject(new Error('Uses are counted and not read.'))

/**
 * Counts for all instances in Redis. @upstash/ratelimit brings the deadline; the algorithm is ours, since its own count
 * one limit at a time, and let more pass at the edge of a window. A deadline that is missed is never taken for an
 * admission: it is `unavailable`, as is whatever else Redis answers, and after some of those nobody waits for it for a
 * moment.
 */
export const createRedisLimiter = (
  redis: Redis,
  { clock, timeoutMs, hashing }: RedisLimiterOptions,
): RateLimiter & Counters => {
  const toStoredKey = async (key: string) => `${prefix}:${(await hashQuickly({ hashing }, key)).slice(0, storedDigits)}`
  const breaker = createBreaker({ clock })
  let scriptHash: string | undefined

  const runScript = async (keys: string[], bounds: string[]): Promise<number[]> => {
    scriptHash ??= await sha1(script)
    try {
      return await redis.evalsha<string[], number[]>(scriptHash, keys, bounds)
    } catch (error) {
      // A Redis that was started anew knows no script.
      if (!String(error).includes('NOSCRIPT')) throw error
      return redis.eval<string[], number[]>(script, keys, bounds)
    }
  }

  const count = async (uses: LimitUse[]): Promise<Counted> => {
    const keys = await Promise.all(uses.map(({ key }) => toStoredKey(key)))
    const bounds = uses.flatMap((use) => [use.limit, use.windowSeconds * 1000, use.isOptional ? 1 : 0].map(String))
    const [admitted, ...figures] = await runScript(keys, bounds)
    const states = uses.map((use, index) => toState(use, figures.slice(index * 3, index * 3 + 3)))
    const success = admitted === 1
    return { success, limit: 0, remaining: 0, reset: 0, pending: Promise.resolve(), states }
  }

  const limitBy = (uses: LimitUse[]) =>
    new Ratelimit({
      redis,
      prefix,
      timeout: timeoutMs,
      ephemeralCache: false,
      limiter: () => ({ limit: () => count(uses), getRemaining: notSupported, resetTokens: notSupported }),
    })

  const take = async (uses: LimitUse[]) => {
    const answer: Answer | Counted = await limitBy(uses).limit('together')
    if (!isCounted(answer)) throw new Error('Redis missed its deadline.')
    return toVerdict(answer.success, answer.states)
  }

  return {
    forget: async (keys) => (keys.length === 0 ? 0 : redis.del(...(await Promise.all(keys.map(toStoredKey))))),
    take: (uses) => breaker.run(() => take(uses)).catch(() => ({ outcome: 'unavailable' })),
  }
}
