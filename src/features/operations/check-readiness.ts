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

/** Whether requests can be served, and what is missing if not. Throws `not-ready`. */
export async function checkReadiness(ctx: Context): Promise<Readiness> {
  const database = await checkDatabase(ctx)
  if (database.schema === 'current') return { status: 'ready', dependencies: { database } }
  const facts = retryAfter(5)
  throw notReady({ ...facts, extensions: { ...facts.extensions, dependencies: { database } } })
}
