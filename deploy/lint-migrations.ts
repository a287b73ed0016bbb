import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { optionalMigrations } from '#db/schema-version'
import { findUnrepeatable } from '#platform/migrate-outside'
import { type Migration, migrationsFolder, readMigrations } from '#platform/migration-files'

/**
 * Lints migrations with squawk, and for what squawk can't know: `bun run lint:migrations`, for a folder of others with its path.
 * Those up to 0008 landed before there was a linter, when nobody had data yet; they are never edited.
 */
const newestExempt = 8

const usual = [
  // The runner sets a timeout for locks in each transaction itself; a statement that takes long holds no lock that matters.
  'require-lock-timeout',
  'require-statement-timeout',
  // A build that broke off is found and built anew by name: `if not exists` would keep it, half built.
  'prefer-robust-stmts',
  // What drizzle writes for the types that our tables have.
  'prefer-bigint-over-int',
]
/** What a migration may do that says which builds it leaves behind. */
const contract = ['ban-drop-column', 'ban-drop-table', 'ban-drop-not-null']

const squawk = fileURLToPath(import.meta.resolve('squawk-cli/js/bin/squawk'))

const runSquawk = (file: string, { isOutsideTransaction, leastBuild }: Migration): string => {
  const excluded = [...usual, ...(leastBuild === undefined ? [] : contract)]
  const { exitCode, stdout, stderr } = Bun.spawnSync([
    process.execPath,
    squawk,
    ...['--pg-version=14', '--reporter=gcc', `--exclude=${excluded.join(',')}`],
    isOutsideTransaction ? '--no-assume-in-transaction' : '--assume-in-transaction',
    file,
  ])
  return exitCode === 0 ? '' : `${stdout}${stderr}`.trim()
}

const isConcurrent = /\bindex concurrently\b/i

/** What our own runner would refuse, or do otherwise than the file says. */
const listOwnFaults = (migration: Migration, all: Migration[]): string[] => {
  const { name, statements, isOutsideTransaction, leastBuild } = migration
  const faults: (string | false | undefined)[] = [
    !isOutsideTransaction && statements.some(({ isInBatches }) => isInBatches) && 'batches want @outside-transaction',
    !isOutsideTransaction &&
      statements.some(({ text }) => isConcurrent.test(text)) &&
      'an index that is built concurrently wants @outside-transaction',
    isOutsideTransaction && findUnrepeatable(migration) !== undefined && 'has a statement that can’t be run again',
    leastBuild !== undefined && !all.some((known) => known.name === leastBuild) && `there is no ${leastBuild}`,
    leastBuild !== undefined && leastBuild >= name && 'leaves the build before it behind: that has to run on it',
  ]
  return faults.filter((fault) => typeof fault === 'string').map((fault) => `${name}.sql: ${fault}`)
}

const folder = process.argv[2] ?? migrationsFolder
const migrations = readMigrations(folder)
const faults = migrations
  .filter(({ name }) => folder !== migrationsFolder || Number(name.split('_')[0]) > newestExempt)
  .flatMap((migration) => [
    ...listOwnFaults(migration, migrations),
    runSquawk(join(folder, `${migration.name}.sql`), migration),
  ])
  .filter((fault) => fault !== '')
const marked = migrations.filter(({ isOptional }) => isOptional).map(({ name }) => name)
if (folder === migrationsFolder && marked.join() !== optionalMigrations.join()) {
  faults.push(`db/schema-version.ts: optional are “${marked.join()}”, not “${optionalMigrations.join()}”`)
}
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}
