import { parseDatabaseConfig } from '#core/config'
import type { Context } from '#core/context'
import { createNativeHasher } from '#platform/argon2-native'
import { createBackground } from '#platform/background'
import { openBunDatabase } from '#platform/bun-database'
import { readEnvironment } from '#platform/environment'
import { describeFaults } from '#platform/environment-faults'
import { createMailer } from '#platform/mailer'
import { unlimited } from '#platform/memory-limiter'
import { migrate } from '#platform/migrate'
import { createIds, createJsonLog, systemClock, systemRandom } from '#platform/system'
import { rotateSigningKey } from './features/sessions/rotate-signing-key'

const usage = `postern: the operator's commands

  postern migrate        bring the schema up to date
  postern keys rotate    stage the next signing key; instances take it up by themselves

Settings come from the environment, as for the server: docs/configuration.md.`

/** A migration may take its time; nobody waits for an answer. */
const migrationSeconds = 3600

const runMigrate = async (): Promise<string> => {
  const parsed = parseDatabaseConfig(process.env)
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  const { db, close } = await openBunDatabase({ ...parsed.config, DATABASE_TIMEOUT_SECONDS: migrationSeconds })
  try {
    return `Applied ${await migrate(db)} migrations. The schema is current.`
  } finally {
    await close()
  }
}

/** Runs a verb as the operator, on the platform that the environment describes. */
const runAsOperator = async (job: string, work: (ctx: Context) => Promise<string>): Promise<string> => {
  const parsed = readEnvironment(process.env)
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  const { config } = parsed
  const { db, close } = await openBunDatabase(config)
  const ids = createIds(systemClock, systemRandom)
  const log = createJsonLog(systemClock, config.LOG_LEVEL)
  const background = createBackground(log)
  const ctx: Context = {
    config,
    db,
    ids,
    log,
    limiter: unlimited,
    mailer: createMailer(config, db, systemClock, ids),
    passwords: await createNativeHasher(),
    clock: systemClock,
    random: systemRandom,
    background: background.run,
    remoteAddress: () => undefined,
    actor: { kind: 'system', job },
    request: { id: ids.next(), ipAddress: null, userAgent: null },
  }
  try {
    return await work(ctx)
  } finally {
    await background.settled()
    await close()
  }
}

const rotateKeys = () =>
  runAsOperator('postern keys rotate', async (ctx) => {
    const signsFrom = await rotateSigningKey(ctx)
    return `The next key signs from ${signsFrom.toISOString()}.`
  })

/** Each command does one thing and says what it did. */
const commands: Record<string, () => Promise<string>> = { migrate: runMigrate, 'keys rotate': rotateKeys }

const run = commands[process.argv.slice(2).join(' ')]
if (!run) {
  console.error(usage)
  process.exit(2)
}
try {
  console.log(await run())
} catch (error) {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  console.error(cause instanceof Error ? `${message} (${cause.message})` : message)
  process.exit(1)
}
