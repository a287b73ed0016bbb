import { Ratelimit } from '@upstash/ratelimit'
import type { Redis } from '@upstash/redis'
import type { Clock, LimitState, LimitUse, RateLimiter } from '#core/platform'
import { createBreaker } from './circuit-breaker'
import { toVerdict } from './limit-verdict'

export interface RedisLimiterOptions {
  clock: Clock
  /** How long Redis may take; later it counts as away. */
  timeoutMs: number
}

/** One hash slot for all, so that a clustered Redis can look at several of them in one script. */
const prefix = '{postern}'

/**
 * Each key is a list of the instants of its uses, oldest first. They are looked at together: if one limit is used up,
 * none is counted, so that whoever is refused uses up nothing that others share. Redis's own clock counts, whichever
 * instance asks. Gives whether all were counted, then for each key how many uses count and the milliseconds until the
 * oldest is over.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local used, admitted = {}, 1
for index, key in ipairs(KEYS) do
  local over = now - ARGV[index * 2]
  local oldest = redis.call('LINDEX', key, 0)
  while oldest and tonumber(oldest) <= over do
    redis.call('LPOP', key)
    oldest = redis.call('LINDEX', key, 0)
  end
  used[index] = redis.call('LLEN', key)
  if used[index] >= tonumber(ARGV[index * 2 - 1]) then admitted = 0 end
end
local answer = { admitted }
for index, key in ipairs(KEYS) do
  local window = tonumber(ARGV[index * 2])
  if admitted == 1 then
    used[index] = redis.call('RPUSH', key, now)
    redis.call('PEXPIRE', key, window)
  end
  answer[index * 2] = used[index]
  answer[index * 2 + 1] = (redis.call('LINDEX', key, 0) or now) + window - now
end
return answer
`

type Answer = Awaited<ReturnType<Ratelimit['limit']>>

/** What our algorithm answers; the library's own answer to a missed deadline has no `states`. */
interface Counted extends Answer {
  states: LimitState[]
}

const isCounted = (answer: Answer | Counted): answer is Counted => 'states' in answer

/** Keys hold addresses of people: what is stored of them is a hash. */
const toStoredKey = async (key: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  return `${prefix}:${new Uint8Array(digest).subarray(0, 16).toHex()}`
}

const sha1 = async (text: string): Promise<string> =>
  new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))).toHex()

const toState = ({ name, limit, windowSeconds }: LimitUse, used: number, resetMs: number): LimitState => ({
  name,
  limit,
  windowSeconds,
  remaining: Math.max(0, limit - used),
  resetSeconds: resetMs / 1000,
})

const notSupported = () => Promise.reject(new Error('Uses are counted and not read.'))

/**
 * Counts for all instances in Redis. @upstash/ratelimit brings the deadline; the algorithm is ours, since its own count
 * one limit at a time, and let more pass at the edge of a window. A deadline that is missed is never taken for an
 * admission: it is `unavailable`, as is whatever else Redis answers, and after some of those nobody waits for it for a
 * moment.
 */
export const createRedisLimiter = (redis: Redis, { clock, timeoutMs }: RedisLimiterOptions): RateLimiter => {
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
    const bounds = uses.flatMap(({ limit, windowSeconds }) => [String(limit), String(windowSeconds * 1000)])
    const [admitted, ...figures] = await runScript(keys, bounds)
    const states = uses.map((use, index) => toState(use, figures[index * 2] ?? 0, figures[index * 2 + 1] ?? 0))
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
    take: (uses) => breaker.run(() => take(uses)).catch(() => ({ outcome: 'unavailable' })),
  }
}
