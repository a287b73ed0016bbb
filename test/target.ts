import { makeDataDirectory, type Settings, startBunServer } from './support/bun-server'
import type { Server } from './support/server'
import { startWorkerServer } from './support/worker-server'

/** One for all servers of this process, since those of one database share its sealed keys. */
const secret = crypto.getRandomValues(new Uint8Array(32)).toHex()

const testDatabaseUrl = (): string => {
  const url = process.env.TEST_DATABASE_URL
  if (!url) throw new Error('TEST_DATABASE_URL must name a migrated database; `bun run test` makes one.')
  return url
}

const starts: Record<string, (settings: Settings) => Promise<Server>> = {
  embedded: async (settings) => startBunServer({ DATA_DIRECTORY: await makeDataDirectory(), ...settings }),
  postgres: (settings) => startBunServer({ SECRET: secret, DATABASE_URL: testDatabaseUrl(), ...settings }),
  workerd: (settings) => startWorkerServer({ SECRET: secret, ...settings }, testDatabaseUrl()),
}

/** What the black-box suites speak to: TEST_TARGET, which is `embedded`, `postgres` or `workerd`. */
export const targetName = process.env.TEST_TARGET ?? 'embedded'

/** Starts a server of the target that is the caller's own. `settings` are environment variables beside the usual. */
export const startTarget = (settings: Settings = {}): Promise<Server> => {
  const start = starts[targetName]
  if (!start) throw new Error(`TEST_TARGET is one of ${Object.keys(starts).join(', ')}.`)
  return start({ ENVIRONMENT: 'test', RATE_LIMITS: 'off', LOCKOUT_DELAY_MILLISECONDS: '0', ...settings })
}

const shared = new Map<string, Promise<Server>>()

/** The server of the target with these settings: started once for the whole run, ended after it. */
export const target = (settings: Settings = {}): Promise<Server> => {
  const name = JSON.stringify(settings)
  const started = shared.get(name) ?? startTarget(settings)
  shared.set(name, started)
  return started
}

/** The shared servers that were started so far. */
export const runningTargets = async (): Promise<Server[]> => {
  const started = await Promise.allSettled(shared.values())
  return started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/** Ends the shared servers. */
export const stopTargets = async (): Promise<void> => {
  const servers = await runningTargets()
  shared.clear()
  await Promise.all(servers.map(({ stop }) => stop()))
}
