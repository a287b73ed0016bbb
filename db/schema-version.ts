import journal from './migrations/meta/_journal.json' with { type: 'json' }

const migrations = journal.entries.map(({ tag, when }) => ({ name: tag, version: when }))

/**
 * The newest migrations, where this build serves without them too: those that begin with `-- @optional`. All before them it
 * needs. A test compares the two.
 */
export const optionalMigrations: readonly string[] = []

const newestOf = (known: typeof migrations) => Math.max(...known.map(({ version }) => version))

/** The newest migration that this build knows: its time in milliseconds. */
export const schemaVersion = newestOf(migrations)

/** The oldest schema that this build runs on. */
export const oldestSchemaVersion = newestOf(migrations.filter(({ name }) => !optionalMigrations.includes(name)))

/** The migrations of this build that are newer than a schema, by name. */
export const listMigrationsSince = (version: number): string[] =>
  migrations.filter((migration) => migration.version > version).map(({ name }) => name)

/** The number that a migration's name begins with. */
export const numberOfMigration = (name: string): number => Number(name.split('_')[0])

/** The number of the newest migration that this build knows. */
export const buildNumber = Math.max(...migrations.map(({ name }) => numberOfMigration(name)))

/** How connections of this build are named, so that whoever migrates sees which builds are still there. */
export const buildName = `postern/${buildNumber}`
