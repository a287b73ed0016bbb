import { repository } from '../../test/support/folders'
import { bareEnvironment } from '../../test/support/server'

/** A process that hashes passwords as Postern does, and does nothing else. */
export const startHashing = (resources: AsyncDisposableStack) => {
  const child = Bun.spawn([process.execPath, '--no-orphans', '--no-env-file', 'bench/servers/hashes.ts'], {
    cwd: repository,
    env: bareEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  resources.defer(async () => {
    child.kill()
    await child.exited
  })
  const answers = child.stdout.pipeThrough(new TextDecoderStream()).getReader()
  return {
    pid: child.pid,
    /** How many it hashed in about so many seconds, and in how many exactly. */
    hash: async (seconds: number): Promise<{ done: number; seconds: number }> => {
      child.stdin.write(`${seconds}\n`)
      await child.stdin.flush()
      return JSON.parse((await answers.read()).value ?? '')
    },
  }
}
