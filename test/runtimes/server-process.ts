import type { Settings } from '../support/bun-server'
import { capture } from '../support/captured'
import { makeTemporaryFolder, repository } from '../support/folders'
import { findFreePort } from '../support/free-port'
import { noteSecretSettings } from '../support/secrets'
import { bareEnvironment } from '../support/server'

/** Starting includes the first opening of an embedded database. */
const startSeconds = 60

/** What servers of these tests derive their keys from. */
export const secret = 'a secret of tests that protects nothing at all'

/** What a process needs in every test; a test adds what it is about. */
const usual: Settings = {
  ENVIRONMENT: 'test',
  RATE_LIMITS: 'off',
  BASE_URL: 'http://postern.test',
  EMAIL_VERIFICATION: 'optional',
  SECRET: secret,
}

const folders = new Map<string, string>()

/** What processes of one database share, and those of no other: checkpoints of its record are kept there. */
const dataDirectoryOf = (databaseUrl = 'embedded'): string => {
  const folder = folders.get(databaseUrl) ?? makeTemporaryFolder()
  folders.set(databaseUrl, folder)
  return folder
}

const withUsual = (settings: Settings): Settings => ({
  ...usual,
  DATA_DIRECTORY: dataDirectoryOf(settings.DATABASE_URL),
  ...settings,
})

/** A process of ours, in whatever state. */
export interface PosternProcess extends AsyncDisposable {
  pid: number
  /** What it printed so far, on each stream. */
  output: () => string
  errors: () => string
  exited: Promise<number | null>
  /** Sends a signal and waits for the end; gives the exit code, none if the signal ended it. */
  stop: (signal: NodeJS.Signals) => Promise<number | null>
}

/** A process of `src/bun.ts`. */
export interface ServerProcess extends PosternProcess {
  url: string
}

const collect = (stream: ReadableStream<Uint8Array>) => {
  let text = ''
  const decoder = new TextDecoder()
  const finished = (async () => {
    for await (const bytes of stream) text += decoder.decode(bytes, { stream: true })
  })()
  return { text: () => text, finished }
}

const spawn = (words: string[], settings: Settings, root = repository): PosternProcess => {
  const child = Bun.spawn([process.execPath, '--no-orphans', '--no-env-file', ...words], {
    cwd: root,
    env: { ...bareEnvironment(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, errors] = [collect(child.stdout), collect(child.stderr)]
  noteSecretSettings(settings)
  capture(words.join(' '), () => output.text() + errors.text())
  const exited = child.exited.then(async () => {
    await Promise.all([output.finished, errors.finished])
    return child.exitCode
  })
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return {
    pid: child.pid,
    output: output.text,
    errors: errors.text,
    exited,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop('SIGKILL')
    },
  }
}

/**
 * Runs the server with these settings and no other, and waits for nothing.
 * @param root of another build than this
 */
export const spawnServer = (settings: Settings, root?: string): ServerProcess => {
  const port = settings.PORT ?? String(findFreePort())
  return { ...spawn(['src/bun.ts'], { ...settings, PORT: port }, root), url: `http://127.0.0.1:${port}` }
}

/** Waits until a process is ready. Throws with all it printed if it ends before, or takes too long. */
const untilReady = async <Process extends PosternProcess>(
  started: Process,
  isReady: (process: Process) => boolean | Promise<boolean>,
): Promise<Process> => {
  const ended = started.exited.then(() => true)
  for (const giveUpAt = Date.now() + startSeconds * 1000; Date.now() < giveUpAt; ) {
    if (await isReady(started)) return started
    if (await Promise.race([ended, Bun.sleep(20)])) break
  }
  await started.stop('SIGKILL')
  throw new Error(`The process did not start:\n${started.output()}${started.errors()}`)
}

const isLive = async ({ url }: ServerProcess) => (await fetch(`${url}/health/live`).catch(() => undefined))?.ok === true

/** Runs the server and waits until it answers. It need not have a database. */
export const startServer = (settings: Settings, root?: string): Promise<ServerProcess> =>
  untilReady(spawnServer(withUsual(settings), root), isLive)

/** Runs `postern work` and waits until it works. */
export const startWorker = (settings: Settings, ...words: string[]): Promise<PosternProcess> =>
  untilReady(spawn(['src/cli.ts', 'work', ...words], withUsual(settings)), ({ output }) =>
    output().includes('working jobs'),
  )

export interface CommandResult {
  exitCode: number | null
  /** What it printed, but for its log. */
  output: string
  errors: string
}

/** Begins one of the operator's commands of another build, and waits for nothing. */
export const spawnCommandOf = (root: string, settings: Settings, ...words: string[]): PosternProcess =>
  spawn(['src/cli.ts', ...words], withUsual({ LOG_LEVEL: 'error', ...settings }), root)

/** Begins one of the operator's commands, and waits for nothing. */
export const spawnCommand = (settings: Settings, ...words: string[]): PosternProcess =>
  spawnCommandOf(repository, settings, ...words)

/** Runs one of another build to its end. */
export const runCommandOf = async (root: string, settings: Settings, ...words: string[]): Promise<CommandResult> => {
  await using command = spawnCommandOf(root, settings, ...words)
  const exitCode = await command.exited
  return { exitCode, output: command.output().trim(), errors: command.errors().trim() }
}

/** Runs one of the operator's commands to its end. */
export const runCommand = (settings: Settings, ...words: string[]): Promise<CommandResult> =>
  runCommandOf(repository, settings, ...words)
