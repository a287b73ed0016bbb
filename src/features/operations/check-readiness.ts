import type { Context } from '#core/context'
import { Problem, retryAfter } from '#core/problem'
import { schemaVersion } from '#db/schema-version'
import type { Dependencies, Readiness } from './contract'
import { notReady } from './problems'
import { findAppliedVersion } from './queries'

const checkDatabase = async (ctx: Context): Promise<Dependencies['database']> => {
  try {
    const [row] = await findAppliedVersion(ctx.db, {})
    return { status: 'up', schema: Number(row?.version ?? 0) >= schemaVersion ? 'current' : 'behind' }
  } catch (error) {
    return error instanceof Problem ? { status: 'down', schema: 'unknown' } : { status: 'up', schema: 'behind' }
  }
}

/** Counts nothing, which only who counts can do. */
const checkRedis = async ({ config, limiter }: Context): Promise<Dependencies['redis']> => {
  if (!config.REDIS_URL && !config.UPSTASH_REDIS_REST_URL) return { status: 'absent' }
  const { outcome } = await limiter.take([])
  return { status: outcome === 'unavailable' ? 'down' : 'up' }
}

/**
 * Whether requests can be served, and what is missing if not. Without Redis they can, each as its policy says: an
 * outage that all instances share must not take all of them away. A process that is about to stop says so, without a look
 * at anything. Throws `not-ready`.
 */
export async function checkReadiness(ctx: Context): Promise<Readiness> {
  if (ctx.isStopping?.()) throw notReady({ extensions: { stopping: true } })
  const [database, redis] = await Promise.all([checkDatabase(ctx), checkRedis(ctx)])
  const dependencies = { database, redis }
  if (database.schema === 'current') return { status: 'ready', dependencies }
  const facts = retryAfter(5)
  throw notReady({ ...facts, extensions: { ...facts.extensions, dependencies } })
}
