import { afterAll, expect, test } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openEmptyRealDatabase } from '../runtimes/real-postgres'
import { type CommandResult, runCommand, runCommandOf } from '../runtimes/server-process'
import { makeTemporaryFolder, repository } from '../support/folders'
import { expansion } from '../support/next-schema'
import { makeBuild } from '../support/other-build'

/** What people do every day, from outside. */
const core = [
  'register',
  'log-in',
  'refresh',
  'sessions',
  'password-reset',
  'password-change',
  'profile',
  'verify-email',
]
const files = [...core, 'whole-path'].map((name) => `./test/blackbox/${name}.test.ts`)

const resources = new AsyncDisposableStack()
afterAll(() => resources.disposeAsync(), 30_000)

const run = async (root: string, words: string[], settings: Record<string, string> = {}) => {
  const child = Bun.spawn(words, {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { exitCode: await child.exited, output: output.trim(), errors }
}

/** Runs the core suite of a build on a database as it is. @returns the number of tests that passed */
const runCoreSuite = async (root: string, url: string): Promise<number> => {
  const flags = ['--no-orphans', '--timeout', '60000', '--path-ignore-patterns', 'node_modules/**']
  const settings = { TEST_TARGET: 'postgres', TEST_DATABASE_URL: url }
  const { exitCode, errors } = await run(root, [process.execPath, 'test', ...flags, ...files], settings)
  if (exitCode !== 0) throw new Error(errors.slice(-5000))
  return Number(/^ *(\d+) pass$/m.exec(errors)?.[1] ?? 0)
}

/** A new database that a build has migrated. */
const openMigrated = async (migrate: (url: string) => Promise<CommandResult>): Promise<string> => {
  const { url } = resources.use(await openEmptyRealDatabase())
  expect(await migrate(url)).toMatchObject({ exitCode: 0 })
  return url
}

const settingsFor = (url: string) => ({ DATABASE_URL: url, DATA_DIRECTORY: makeTemporaryFolder() })

test('this build’s core suite is green on a schema that a next build has expanded', async () => {
  const next = makeBuild({ next: expansion })
  const url = await openMigrated((url) => runCommandOf(next.root, settingsFor(url), 'migrate'))
  const passed = await runCoreSuite(repository, url)
  console.log(`this build on ${next.migrations.at(-1)}: ${passed} passed`)
  expect(passed).toBeGreaterThan(50)
}, 300_000)

/** The commit before the newest migration landed, and a tree of it; or why there is none here. */
const findBuildBefore = async (): Promise<{ commit: string; root: string } | { reason: string }> => {
  const log = await run(repository, ['git', 'log', '-1', '--format=%h', '--', 'db/migrations/meta/_journal.json'])
  const parent = await run(repository, ['git', 'rev-parse', '--short', `${log.output}^`])
  if (log.output === '' || parent.exitCode !== 0)
    return { reason: 'git has no commit from before the newest migration' }
  const root = join(makeTemporaryFolder(), 'before')
  mkdirSync(root)
  const archive = await run(repository, ['sh', '-c', `git archive ${parent.output} | tar -x -C "${root}"`])
  const install = await run(root, [process.execPath, 'install', '--frozen-lockfile'])
  if (archive.exitCode !== 0 || install.exitCode !== 0) return { reason: `it can’t be installed: ${install.errors}` }
  return { commit: parent.output, root }
}

const before = await findBuildBefore()
const obstacle = 'reason' in before ? before.reason : undefined

test.skipIf(obstacle !== undefined)(
  `the core suite of the build before is green on the schema of this one${obstacle ? `: ${obstacle}` : ''}`,
  async () => {
    if ('reason' in before) return
    const url = await openMigrated((url) => runCommand(settingsFor(url), 'migrate'))
    const passed = await runCoreSuite(before.root, url)
    console.log(`build ${before.commit} on the schema of this one: ${passed} passed`)
    expect(passed).toBeGreaterThan(50)
  },
  300_000,
)
