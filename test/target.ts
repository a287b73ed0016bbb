import { afterAll } from 'bun:test'
import { makeDataDirectory, type Settings, startBunServer } from './support/bun-server'
import { makeTemporaryFolder } from './support/folders'
import type { Server } from './support/server'
import { telemetryCollector } from './support/telemetry-collector'
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
  postgres: (settings) =>
    startBunServer({
      SECRET: secret,
      DATABASE_URL: testDatabaseUrl(),
      DATA_DIRECTORY: makeTemporaryFolder(),
      ...settings,
    }),
  workerd: (settings) => startWorkerServer({ SECRET: secret, ...settings }, testDatabaseUrl()),
}

/** What the black-box suites speak to: TEST_TARGET, which is `embedded`, `postgres` or `workerd`. */
export const targetName = process.env.TEST_TARGET ?? 'embedded'

/** Starts a server of the target that is the caller's own. `settings` are environment variables beside the usual. */
export const startTarget = (settings: Settings = {}): Promise<Server> => {
  const start = starts[targetName]
  if (!start) throw new Error(`TEST_TARGET is one of ${Object.keys(starts).join(', ')}.`)
  return start({
    ENVIRONMENT: 'test',
    RATE_LIMITS: 'off',
    LOCKOUT_DELAY_MILLISECONDS: '0',
    LOG_LEVEL: 'debug',
    OTEL_EXPORTER_OTLP_ENDPOINT: telemetryCollector().url,
    OTEL_TRACES_SAMPLER_ARG: '1',
    ...settings,
  })
}

const shared = new Map<string, Promise<Server>>()
/** Those that ended with their file. */
const ended: Server[] = []

/** Settings that many files share a server with: it stays for the whole run. */
const lasting = [{}, { EMAIL_VERIFICATION: 'optional' }].map((settings) => JSON.stringify(settings))

/** A server that is started once for the whole run, and ended after it. @param name says which */
export const sharedTarget = (name: string, start: () => Promise<Server>): Promise<Server> => {
  const started = shared.get(name) ?? start()
  shared.set(name, started)
  return started
}

const end = async (name: string): Promise<void> => {
  const server = await shared.get(name)
  shared.delete(name)
  if (!server) return
  await server.stop()
  ended.push(server)
}

/**
 * The server of the target with these settings, started once. It ends with the file that asks for it, since a server that
 * nobody speaks to any more works jobs all the same; but for those that many files share.
 */
export const target = (settings: Settings = {}): Promise<Server> => {
  const name = JSON.stringify(settings)
  if (!lasting.includes(name)) afterAll(() => end(name), 60_000)
  return sharedTarget(name, () => startTarget(settings))
}

/** The shared servers that run. */
export const runningTargets = async (): Promise<Server[]> => {
  const started = await Promise.allSettled(shared.values())
  return started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/** Every shared server so far, those that ended too. */
export const startedTargets = async (): Promise<Server[]> => [...ended, ...(await runningTargets())]

/** Ends the shared servers. */
export const stopTargets = async (): Promise<void> => {
  await Promise.all([...shared.keys()].map(end))
}
