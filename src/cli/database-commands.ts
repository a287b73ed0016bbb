import { parseDatabaseConfig } from '#core/config'
import { openBunDatabase } from '#platform/bun-database'
import { describeFaults } from '#platform/environment-faults'
import { migrate } from '#platform/migrate'
import { startJobWorker } from '../job-worker'
import { asOperator, done } from './as-operator'
import type { Call, Command, Outcome } from './command'

/** A migration may take its time; nobody waits for an answer. */
const migrationSeconds = 3600

const runMigrate = async ({ shell }: Call): Promise<Outcome> => {
  const parsed = parseDatabaseConfig(process.env)
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  const { db, close } = await openBunDatabase({ ...parsed.config, DATABASE_TIMEOUT_SECONDS: migrationSeconds })
  const progress = shell.progress('Migrations')
  try {
    const applied = await migrate(db, progress.show)
    return done(`Applied ${applied} migrations. The schema and the queue are current.`, { applied })
  } finally {
    progress.end()
    await close()
  }
}

const untilSignal = () =>
  new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })

/** The schema, and the work behind answers. */
export const databaseCommands: Command[] = [
  { name: 'migrate', summary: 'bring the schema and the queue up to date', run: runMigrate },
  {
    name: 'work',
    summary: 'work jobs, beside servers with WORK_JOBS=off, until a signal',
    run: asOperator(
      'work',
      async (ctx) => {
        const signal = untilSignal()
        const worker = startJobWorker(ctx)
        ctx.log({ level: 'info', message: 'working jobs', lanes: ctx.config.JOB_CONCURRENCY })
        await signal
        await worker.stop()
        return done('Every job under way is done.')
      },
      // What it prints is its log, but where that would break the one document.
      (call) => (call.isOn('json') ? (line) => void process.stderr.write(`${line}\n`) : undefined),
    ),
  },
]
