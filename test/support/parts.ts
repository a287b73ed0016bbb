import { basename } from 'node:path'
import { repository } from './folders'

/** A part of the whole run: one process of `bun test`. */
export interface Part {
  title: string
  files: string[]
  /** Whether it gets a database of its own on a real Postgres, in TEST_DATABASE_URL. */
  onPostgres: boolean
  /** Whether it counts in a real Redis, in TEST_REDIS_URL. */
  onRedis?: boolean
  /** Whether it runs Workers: built by wrangler, in workerd. */
  needsNode?: boolean
  /** Whether it measures no time, so that it may run beside another part. */
  runsBeside?: boolean
  environment?: Record<string, string>
}

/** Suites that need more than a process of their own; all others are focused. */
const unfocused = new Set(['blackbox', 'budgets', 'concurrency', 'runtimes', 'proofs'])

/** Suites, or files of one, that need a Redis. */
const countsInRedis = (file: string) => /\/(redis-[\w-]+|bun-redis|upstash(-rest)?)\.test\.ts$/.test(file)

/** Suites of runtimes that measure no time and wait for no deadline, however slow the machine is. */
const patient = new Set([
  ...[
    'annex-worker',
    'audit-role',
    'avatar-crash',
    'backup-damage',
    'backup-drill',
    'backup-elsewhere',
    'backup-versions',
  ],
  ...['binary', 'bundle', 'cli', 'cli-accounts', 'cli-terminal', 'crash', 'doctor-database', 'doctor-outside'],
  ...['doctor-settings', 'upgrade-readiness', 'watched-worker'],
  ...[
    'crash-between-commit-and-send',
    'data-directory',
    'environment',
    'federation-browser',
    'import-crew',
    'import-kill',
  ],
  ...['one-trace', 'passkey-browser', 'places', 'prometheus', 'prometheus-rules', 'promtool', 'second-factor-page'],
  ...['worker-images', 'worker-import', 'worker-jobs', 'worker-metrics'],
])
const isPatient = (file: string) => patient.has(basename(file, '.test.ts'))

/** Everything that `bun run test` runs, in order. A part without files is there, so that it is missed. */
export const listParts = (): Part[] => {
  const files = [...new Bun.Glob('test/**/*.test.ts').scanSync(repository)].sort()
  const inFolder = (folder: string) => files.filter((file) => file.startsWith(`test/${folder}/`))
  const focused = files.filter((file) => !unfocused.has(file.split('/')[1] ?? ''))
  const budgets = inFolder('budgets')
  const without = (files: string[]) => files.filter((file) => !countsInRedis(file))
  const runtimes = inFolder('runtimes')
  const alone = without(runtimes).filter((file) => !isPatient(file))
  const blackBox = inFolder('blackbox')
  return [
    { title: 'Focused suites on the embedded Postgres', files: without(focused), onPostgres: false, runsBeside: true },
    { title: 'Clients of Redis', files: focused.filter(countsInRedis), onPostgres: false, onRedis: true },
    { title: 'Features on a real Postgres', files: inFolder('features'), onPostgres: true, runsBeside: true },
    {
      title: 'Black box: Bun with the embedded Postgres',
      files: blackBox,
      onPostgres: false,
      runsBeside: true,
      environment: { TEST_TARGET: 'embedded' },
    },
    {
      title: 'Black box: Bun with a real Postgres',
      files: blackBox,
      onPostgres: true,
      runsBeside: true,
      environment: { TEST_TARGET: 'postgres' },
    },
    {
      title: 'Black box: the Worker in workerd, Hyperdrive with a real Postgres',
      files: blackBox,
      onPostgres: true,
      needsNode: true,
      runsBeside: true,
      environment: { TEST_TARGET: 'workerd' },
    },
    {
      title: 'Runtimes, whatever the time',
      files: runtimes.filter(isPatient),
      onPostgres: true,
      needsNode: true,
      runsBeside: true,
    },
    {
      title: 'Concurrency: Bun with a real Postgres',
      files: inFolder('concurrency'),
      onPostgres: true,
      environment: { TEST_TARGET: 'postgres' },
    },
    { title: 'Budgets on a real Postgres', files: without(budgets), onPostgres: true },
    {
      title: 'Budgets on a real Postgres and a real Redis',
      files: budgets.filter(countsInRedis),
      onPostgres: true,
      onRedis: true,
    },
    { title: 'Runtimes, in time', files: alone, onPostgres: true, needsNode: true },
    {
      title: 'Runtimes: counting in a real Redis',
      files: runtimes.filter(countsInRedis),
      onPostgres: true,
      onRedis: true,
      needsNode: true,
    },
  ]
}
