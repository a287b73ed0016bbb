import { parseDatabaseConfig } from '#core/config'
import { openBunDatabase, openForMigration } from '#platform/bun-database'
import { describeFaults } from '#platform/environment-faults'
import { migrate } from '#platform/migrate'
import { type PlannedMigration, type PlannedStatement, planMigrations } from '#platform/plan-migrations'
import { done } from './as-operator'
import { type Call, type Command, Misuse, type Outcome } from './command'

const describeStatement = ({ text, isInBatches, locks }: PlannedStatement): string[] => [
  `  ${isInBatches ? 'in batches: ' : ''}${text}`,
  ...locks.map(({ mode, table, blocks }) => `    locks ${table}: ${mode}, keeps ${blocks} waiting`),
]

const describePlan = (plan: PlannedMigration[]): string => {
  if (plan.length === 0) return 'The schema is current.'
  const lines = plan.flatMap(({ name, isOutsideTransaction, leastBuild, statements }) => [
    `${name}: ${isOutsideTransaction ? 'outside a transaction, statement by statement' : 'in one transaction'}`,
    ...(leastBuild === null ? [] : [`  builds older than ${leastBuild} must be gone`]),
    ...statements.flatMap(describeStatement),
  ])
  return lines.join('\n')
}

const readPatience = (call: Call): number => {
  const seconds = Number(call.find('wait') ?? 120)
  if (!Number.isInteger(seconds) || seconds < 0) throw new Misuse('--wait is a number of seconds.')
  return seconds
}

const openEmbedded = async (config: Parameters<typeof openBunDatabase>[0], call: Call): Promise<Outcome> => {
  if (call.isOn('plan')) throw new Misuse('The embedded database migrates itself when it is opened: there is no plan.')
  const { close } = await openBunDatabase(config)
  await close()
  return done('The schema and the queue of the embedded database are current.', { applied: 0 })
}

const run = async (call: Call): Promise<Outcome> => {
  const { shell } = call
  const parsed = parseDatabaseConfig(process.env)
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  const patienceSeconds = readPatience(call)
  const { DATABASE_URL } = parsed.config
  if (DATABASE_URL === undefined) return openEmbedded(parsed.config, call)
  const { db, close } = openForMigration({ ...parsed.config, DATABASE_URL })
  if (call.isOn('plan')) {
    const plan = await planMigrations(db).finally(close)
    return { text: describePlan(plan), json: plan }
  }
  const progress = shell.progress('Migrations')
  try {
    const options = { show: progress.show, tell: shell.tell, patienceSeconds, isForced: call.isOn('force') }
    const applied = await migrate(db, options)
    return done(`Applied ${applied} migrations. The schema and the queue are current.`, { applied })
  } finally {
    progress.end()
    await close()
  }
}

/** Brings the schema up to date while servers run (docs/upgrade.md). */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'bring the schema and the queue up to date',
  options: {
    plan: { summary: 'say what would be applied and what it locks, and apply nothing' },
    wait: { summary: 'how long a migration may try to get its locks; 120 unless said', value: 'seconds' },
    force: { summary: 'take away what builds need that are still here' },
  },
  run,
}
