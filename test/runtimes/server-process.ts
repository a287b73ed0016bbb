import type { Settings } from '../support/bun-server'
import { repository } from '../support/folders'
import { findFreePort } from '../support/free-port'
import { bareEnvironment } from '../support/server'

/** Starting includes the first opening of an embedded database. */
const startSeconds = 60

/** What a server needs in every test; a test adds what it is about. */
const usual: Settings = {
  ENVIRONMENT: 'test',
  RATE_LIMITS: 'off',
  BASE_URL: 'http://postern.test',
  EMAIL_VERIFICATION: 'optional',
  SECRET: 'a secret of tests that protects nothing at all',
}

/** A process of `src/bun.ts`, in whatever state. */
export interface ServerProcess extends AsyncDisposable {
  url: string
  pid: number
  /** What it printed so far, on each stream. */
  output: () => string
  errors: () => string
  exited: Promise<number | null>
  /** Sends a signal and waits for the end; gives the exit code, none if the signal ended it. */
  stop: (signal: NodeJS.Signals) => Promise<number | null>
}

const collect = (stream: ReadableStream<Uint8Array>) => {
  let text = ''
  const decoder = new TextDecoder()
  const finished = (async () => {
    for await (const bytes of stream) text += decoder.decode(bytes, { stream: true })
  })()
  return { text: () => text, finished }
}

/** Runs the server with these settings and no other, and waits for nothing. */
export const spawnServer = (settings: Settings): ServerProcess => {
  const port = settings.PORT ?? String(findFreePort())
  const child = Bun.spawn([process.execPath, '--no-env-file', 'src/bun.ts'], {
    cwd: repository,
    env: { ...bareEnvironment(), ...settings, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, errors] = [collect(child.stdout), collect(child.stderr)]
  const exited = child.exited.then(async () => {
    await Promise.all([output.finished, errors.finished])
    return child.exitCode
  })
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return {
    url: `http://127.0.0.1:${port}`,
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

const isLive = async (url: string) => (await fetch(`${url}/health/live`).catch(() => undefined))?.ok === true

/** Runs the server and waits until it answers. It need not have a database. */
export const startServer = async (settings: Settings): Promise<ServerProcess> => {
  const server = spawnServer({ ...usual, ...settings })
  const ended = server.exited.then(() => true)
  for (const giveUpAt = Date.now() + startSeconds * 1000; Date.now() < giveUpAt; ) {
    if (await isLive(server.url)) return server
    if (await Promise.race([ended, Bun.sleep(20)])) break
  }
  await server.stop('SIGKILL')
  throw new Error(`The server did not start:\n${server.output()}${server.errors()}`)
}
