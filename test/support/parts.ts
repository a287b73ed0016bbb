import { repository } from './folders'

/** A part of the whole run: one process of `bun test`. */
export interface Part {
  title: string
  files: string[]
  /** Whether it gets a database of its own on a real Postgres, in TEST_DATABASE_URL. */
  onPostgres: boolean
  /** Whether it runs wrangler. */
  needsNode?: boolean
  environment?: Record<string, string>
}

/** Suites that need more than a process of their own; all others are focused. */
const unfocused = new Set(['blackbox', 'budgets', 'concurrency', 'runtimes', 'proofs'])

/** Everything that `bun run test` runs, in order. A part without files is there, so that it is missed. */
export const listParts = (): Part[] => {
  const files = [...new Bun.Glob('test/**/*.test.ts').scanSync(repository)].sort()
  const inFolder = (folder: string) => files.filter((file) => file.startsWith(`test/${folder}/`))
  const focused = files.filter((file) => !unfocused.has(file.split('/')[1] ?? ''))
  const blackBox = inFolder('blackbox')
  return [
    { title: 'Focused suites on the embedded Postgres', files: focused, onPostgres: false },
    { title: 'Features on a real Postgres', files: inFolder('features'), onPostgres: true },
    {
      title: 'Black box: Bun with the embedded Postgres',
      files: blackBox,
      onPostgres: false,
      environment: { TEST_TARGET: 'embedded' },
    },
    {
      title: 'Black box: Bun with a real Postgres',
      files: blackBox,
      onPostgres: true,
      environment: { TEST_TARGET: 'postgres' },
    },
    {
      title: 'Black box: the Worker in workerd, Hyperdrive with a real Postgres',
      files: blackBox,
      onPostgres: true,
      needsNode: true,
      environment: { TEST_TARGET: 'workerd' },
    },
    {
      title: 'Concurrency: Bun with a real Postgres',
      files: inFolder('concurrency'),
      onPostgres: true,
      environment: { TEST_TARGET: 'postgres' },
    },
    { title: 'Budgets on a real Postgres', files: inFolder('budgets'), onPostgres: true },
    { title: 'Runtimes', files: inFolder('runtimes'), onPostgres: true, needsNode: true },
  ]
}
