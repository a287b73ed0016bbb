import type { Config } from '#core/config'
import { openBunRedis } from './bun-redis'
import { openUpstash } from './upstash'

/** Where Redis says what it does when it is full, which hosted ones often don't. */
const policyIn = (information: unknown): string | null =>
  /maxmemory_policy:(\S+)/.exec(String(information))?.[1] ?? null

/** What Redis does when it is full, `noeviction` for example; null where it does not say. */
export const readEvictionPolicy = async (config: Config): Promise<string | null> => {
  const timeoutMs = config.REDIS_TIMEOUT_MILLISECONDS
  const { REDIS_URL, UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token = '' } = config
  const opened = url
    ? { redis: openUpstash({ url, token, timeoutMs }), close: () => {} }
    : openBunRedis({ url: REDIS_URL ?? '', timeoutMs })
  try {
    return policyIn(await opened.redis.exec(['INFO', 'memory']))
  } catch {
    return null
  } finally {
    opened.close()
  }
}
