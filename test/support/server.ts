import { capture } from './captured'
import { repository } from './folders'
import { noteSecretSettings } from './secrets'
import { createSend, type Send } from './send'

/** A Postern that runs as a process of its own. */
export interface Server {
  baseUrl: string
  /** Sends a request, as `send('POST /v1/auth/login', { json })`. */
  send: Send
  /** All it printed so far. */
  output: () => string
  /** Ends it as an operator would, and waits until it is gone. */
  stop: () => Promise<void>
}

export interface ServerCommand {
  command: string[]
  environment: Record<string, string>
  baseUrl: string
  /** What of the output counts; unless said, everything. */
  shown?: (output: string) => string
}

const readySeconds = 60
/** A little more than the server gives itself. */
const stopSeconds = 35

/** What a child process keeps of our environment: where programs and scratch space are, and no setting. */
export const bareEnvironment = (): Record<string, string> => {
  const kept = ['PATH', 'HOME', 'TMPDIR'].map((name) => [name, process.env[name]])
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined))
}

const waitUntilReady = async (baseUrl: string, hasExited: () => boolean): Promise<boolean> => {
  const deadline = Date.now() + readySeconds * 1000
  while (Date.now() < deadline && !hasExited()) {
    const answer = await fetch(`${baseUrl}/health/ready`).catch(() => undefined)
    if (answer?.ok) return true
    await Bun.sleep(50)
  }
  return false
}

/** Starts a server and resolves when it is ready. Throws with all it printed when it is not ready in time. */
export const startServer = async ({
  command,
  environment,
  baseUrl,
  shown = (text) => text,
}: ServerCommand): Promise<Server> => {
  const child = Bun.spawn(command, {
    cwd: repository,
    env: { ...bareEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  noteSecretSettings(environment)
  capture(`the log of ${baseUrl}`, () => shown(printed))
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) printed += decoder.decode(chunk, { stream: true })
  }
  const collected = Promise.all([collect(child.stdout), collect(child.stderr)])

  const stop = async () => {
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), stopSeconds * 1000)
    await child.exited
    clearTimeout(force)
    await collected
  }
  if (!(await waitUntilReady(baseUrl, () => child.exitCode !== null))) {
    await stop()
    throw new Error(`The server did not become ready: ${command.join(' ')}\n${printed}`)
  }
  return { baseUrl, send: createSend(baseUrl), output: () => shown(printed), stop }
}
