import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { makeTemporaryFolder, repository } from './folders'
import { findFreePort } from './free-port'
import { bareEnvironment, type Server, startServer } from './server'

export type Settings = Record<string, string>

/** Starts `src/bun.ts`, on a free port unless `settings` name one. It ends with this process at the latest. */
export const startBunServer = (settings: Settings): Promise<Server> => {
  const port = settings.PORT ?? String(findFreePort())
  const baseUrl = `http://127.0.0.1:${port}`
  return startServer({
    command: [process.execPath, '--no-orphans', '--no-env-file', 'src/bun.ts'],
    environment: { BASE_URL: baseUrl, ...settings, PORT: port },
    baseUrl,
  })
}

/** Brings the schema of a database up to date with the operator's command. */
export const migrateDatabase = async (settings: Settings): Promise<void> => {
  const child = Bun.spawn([process.execPath, '--no-env-file', 'src/cli.ts', 'migrate'], {
    cwd: repository,
    env: { ...bareEnvironment(), ENVIRONMENT: 'test', DATA_DIRECTORY: makeTemporaryFolder(), ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const complaint = await new Response(child.stderr).text()
  if ((await child.exited) !== 0) throw new Error(`The migration failed.\n${complaint}`)
}

let template: Promise<string> | undefined

const makeTemplate = async () => {
  const directory = join(makeTemporaryFolder(), 'data')
  await migrateDatabase({ DATA_DIRECTORY: directory })
  return directory
}

/** A data directory with a fresh embedded database. Making the first takes seconds, so the others are copies. */
export const makeDataDirectory = async (): Promise<string> => {
  template ??= makeTemplate()
  const directory = join(makeTemporaryFolder(), 'data')
  cpSync(await template, directory, { recursive: true })
  return directory
}
