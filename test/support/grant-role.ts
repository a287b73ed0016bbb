import type { Settings } from './bun-server'
import { makeTemporaryFolder, repository } from './folders'
import { bareEnvironment } from './server'

/** Gives somebody a role by the operator's command, on the database that `settings` name. */
export const grantRole = async (settings: Settings, email: string, role: string): Promise<void> => {
  const child = Bun.spawn([process.execPath, '--no-env-file', 'src/cli.ts', 'roles', 'grant', email, role], {
    cwd: repository,
    env: {
      ...bareEnvironment(),
      ENVIRONMENT: 'test',
      SECRET: 'x'.repeat(64),
      DATA_DIRECTORY: makeTemporaryFolder(),
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const complaint = await new Response(child.stderr).text()
  if ((await child.exited) !== 0) throw new Error(`The role was not granted.\n${complaint}`)
}
