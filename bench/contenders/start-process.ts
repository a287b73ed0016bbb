import { repository } from '../../test/support/folders'
import { bareEnvironment } from '../../test/support/server'

/** Starts one of the servers beside us, and waits until it says where it answers. */
export const startProcess = async (
  resources: AsyncDisposableStack,
  file: string,
  ...words: string[]
): Promise<{ url: string; pid: number }> => {
  const child = Bun.spawn([process.execPath, '--no-orphans', '--no-env-file', `bench/servers/${file}.ts`, ...words], {
    cwd: repository,
    env: { ...bareEnvironment(), NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  resources.defer(async () => {
    child.kill()
    await child.exited
  })
  const { value } = await child.stdout.getReader().read()
  const url = new TextDecoder().decode(value).trim()
  if (!URL.canParse(url)) throw new Error(`${file} did not start: ${url}`)
  return { url, pid: child.pid }
}
