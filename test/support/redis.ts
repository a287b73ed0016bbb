import { RedisClient } from 'bun'
import { makeTemporaryFolder } from './folders'
import { findFreePort } from './free-port'
import { bareEnvironment } from './server'

/** Other test processes use it at the same time: every key needs a name of its own, and nothing may flush. */
export interface RedisServer {
  url: string
  /** Where it was found, for people. */
  origin: string
  stop: () => Promise<void>
}

const usualUrl = 'redis://127.0.0.1:6379'
const answerMs = 3000
const readySeconds = 20

const answers = async (url: string): Promise<boolean> => {
  const client = new RedisClient(url, { autoReconnect: false, connectionTimeout: answerMs })
  // The client's own timeout ends with the connection: what comes after it may take for ever.
  const silence = Bun.sleep(answerMs).then(() => undefined)
  try {
    return (await Promise.race([client.send('PING', []), silence])) === 'PONG'
  } catch {
    return false
  } finally {
    client.close()
  }
}

/** Starts the Redis of this machine, which keeps nothing, with more options if it needs some. */
export const startOwnRedis = async (...options: string[]): Promise<RedisServer> => {
  const program = Bun.which('redis-server')
  if (program === null) {
    throw new Error(
      `No Redis answers at ${usualUrl}, and there is no redis-server to start. ` +
        'Install Redis (`apt-get install redis-server`, `brew install redis`), or set TEST_REDIS_URL.',
    )
  }
  const port = findFreePort()
  const url = `redis://127.0.0.1:${port}`
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', makeTemporaryFolder()]
  const child = Bun.spawn([program, ...place, '--save', '', '--appendonly', 'no', ...options], {
    env: bareEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const printed = new Response(child.stdout).text()
  const stop = async () => {
    child.kill()
    await child.exited
  }
  const deadline = Date.now() + readySeconds * 1000
  while (Date.now() < deadline && child.exitCode === null) {
    if (await answers(url)) return { url, origin: 'started for this run', stop }
    await Bun.sleep(20)
  }
  await stop()
  throw new Error(`Redis did not become ready.\n${await printed}`)
}

/** A real Redis: TEST_REDIS_URL, or the one at the usual address, or one of our own. */
export const findRedis = async (): Promise<RedisServer> => {
  const named = process.env.TEST_REDIS_URL
  const stop = async () => {}
  if (named) return { url: named, origin: 'TEST_REDIS_URL', stop }
  if (await answers(usualUrl)) return { url: usualUrl, origin: usualUrl, stop }
  return startOwnRedis()
}
