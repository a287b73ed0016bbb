import type { Context } from '#core/context'
import { Problem, retryAfter } from '#core/problem'
import {
  buildNumber,
  listMigrationsSince,
  numberOfMigration,
  oldestSchemaVersion,
  schemaVersion,
} from '#db/schema-version'
import type { Dependencies, Readiness } from './contract'
import { notReady } from './problems'
import { findAppliedVersion } from './queries'

const remedy = 'Run: bun postern migrate'

/**
 * The handshake: the schema that is there, and the one that this build was written for.
 * @param version of the newest migration that was applied
 * @param least the newest migration, by name, that a build has to know
 */
const compareSchema = (version: number, least: string | null): Dependencies['database'] => {
  if (least !== null && numberOfMigration(least) > buildNumber) {
    return { status: 'up', schema: 'too-new', remedy: `Deploy a newer build: one that has the migration ${least}.` }
  }
  if (version === schemaVersion) return { status: 'up', schema: 'current' }
  if (version > schemaVersion) return { status: 'up', schema: 'ahead' }
  return { status: 'up', schema: 'behind', missing: listMigrationsSince(version), remedy }
}

/** Whether this build serves on it: one that is behind may lack only what is optional. */
const serves = (database: Dependencies['database'], version: number): boolean =>
  database.schema === 'behind' ? version >= oldestSchemaVersion : database.schema !== 'too-new'

const checkDatabase = async (ctx: Context): Promise<{ database: Dependencies['database']; isReady: boolean }> => {
  try {
    const [row] = await findAppliedVersion(ctx.db, {})
    const version = Number(row?.version ?? 0)
    const database = compareSchema(version, row?.least ?? null)
    return { database, isReady: serves(database, version) }
  } catch (error) {
    const isDown = error instanceof Problem
    return { database: isDown ? { status: 'down', schema: 'unknown' } : compareSchema(0, null), isReady: false }
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
  const [{ database, isReady }, redis] = await Promise.all([checkDatabase(ctx), checkRedis(ctx)])
  const dependencies = { database, redis }
  if (isReady) return { status: 'ready', dependencies }
  const facts = retryAfter(5)
  throw notReady({ ...facts, extensions: { ...facts.extensions, dependencies } })
}
