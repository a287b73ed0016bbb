import type { Config } from '#core/config'
import type { JobPlatform, Platform } from '#core/platform'
import { createNativeHasher } from './argon2-native'
import { createBackground } from './background'
import { openBunDatabase } from './bun-database'
import { createBunMailer } from './bun-mailer'
import { createPackagedPasswordList } from './packaged-password-list'
import { openQueue } from './pg-boss'
import { createPwnedPasswords } from './pwned-passwords'
import { withSteadyRefusals } from './steady-refusals'
import { createIds, createJsonLog, systemClock, systemRandom } from './system'

/** What differs between the server and the operator's commands. */
type OwnParts = Pick<Platform, 'limiter' | 'previews' | 'pokeJobs' | 'remoteAddress'>

export interface OpenPlatform {
  platform: Platform & JobPlatform
  /** Waits for what goes on behind answers, then closes everything. */
  close(): Promise<void>
}

/** Opens all that a process of Bun needs of the world. Throws when the database can't be opened at all. */
export const openBunPlatform = async (config: Config, parts: OwnParts): Promise<OpenPlatform> => {
  const log = createJsonLog(systemClock, config.LOG_LEVEL)
  const database = await openBunDatabase(config)
  const background = createBackground(log)
  const { mailer, close: closeMailer } = await createBunMailer(config, database.db, systemClock)
  const jobs = openQueue(database.db)
  const platform: Platform & JobPlatform = {
    config,
    db: database.db,
    mailer,
    jobs,
    passwords: withSteadyRefusals(await createNativeHasher(), config.REFUSAL_MILLISECONDS),
    commonPasswords: createPackagedPasswordList(),
    breaches: createPwnedPasswords({ baseUrl: config.BREACH_CHECK_URL }),
    clock: systemClock,
    ids: createIds(systemClock, systemRandom),
    random: systemRandom,
    log,
    background: background.run,
    ...parts,
  }
  return {
    platform,
    close: async () => {
      await background.settled()
      await jobs.close()
      closeMailer()
      await database.close()
    },
  }
}
