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

/** Each command does one thing and says what it did. */
const commands: Record<string, (ctx: Context) => Promise<string>> = {
  migrate: async (ctx) => `Applied ${await migrate(ctx.db)} migrations. The schema is current.`,
  'keys rotate': async (ctx) => `The next key signs from ${(await rotateSigningKey(ctx)).toISOString()}.`,
}

const openContext = async (command: string): Promise<{ ctx: Context; close: () => Promise<void> }> => {
  const parsed = readEnvironment(process.env)
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  const { config } = parsed
  const { db, close } = await openBunDatabase(config)
  const ids = createIds(systemClock, systemRandom)
  const log = createJsonLog(systemClock, config.LOG_LEVEL)
  const background = createBackground(log)
  return {
    ctx: {
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
      actor: { kind: 'system', job: `postern ${command}` },
      request: { id: ids.next(), ipAddress: null, userAgent: null },
    },
    close: () => background.settled().then(close),
  }
}

const command = process.argv.slice(2).join(' ')
const run = commands[command]
if (!run) {
  console.error(usage)
  process.exit(2)
}
try {
  const { ctx, close } = await openContext(command)
  console.log(await run(ctx))
  await close()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
