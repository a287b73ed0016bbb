import type { Database } from '#db/database'
import type { Breaker } from './circuit-breaker'
import type { PostgresOptions } from './connection-pool'

/**
 * The same as `createPostgres`, which it loads for the first statement: the driver is a tenth of what a Worker would have to read at its
 * start, and what is the same for everybody is answered without it.
 */
export const createLatePostgres = (
  options: PostgresOptions,
  breaker?: Breaker,
): { db: Database; close: () => Promise<void> } => {
  const load = async () => (await import('./postgres')).createPostgres(options, breaker)
  let loading: ReturnType<typeof load> | undefined
  const open = () => {
    loading ??= load()
    return loading
  }
  const db: Database = {
    run: async (...statement) => (await open()).db.run(...statement),
    script: async (text) => (await open()).db.script(text),
    transaction: async (work) => (await open()).db.transaction(work),
  }
  return { db, close: async () => (await loading)?.close() }
}
