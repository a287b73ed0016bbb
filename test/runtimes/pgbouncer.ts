import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeTemporaryFolder } from '../support/folders'
import { findFreePort } from '../support/free-port'

/** Where distributions put it, beside the PATH of an ordinary user. */
const binary = Bun.which('pgbouncer', { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` })

/** Why PgBouncer can't be tested here, if it can't. */
export const pgBouncerObstacle = binary ? undefined : 'pgbouncer is not installed'

export interface PgBouncer extends AsyncDisposable {
  /** The database, through the pooler. */
  url: string
}

/** Fewer than our own pool, so that clients have to take turns on a connection. */
const serverConnections = 4

const assign = (values: object, separator: string) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(separator)

const configure = (databaseUrl: string, port: number, settings: Record<string, string>): string => {
  const { hostname, port: serverPort, username, password, pathname } = new URL(databaseUrl)
  const server = { host: hostname, port: serverPort || '5432', user: username, ...(password && { password }) }
  const options = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: serverConnections,
    ...settings,
  }
  return `[databases]\n${pathname.slice(1)} = ${assign(server, ' ')}\n[pgbouncer]\n${assign(options, '\n')}\n`
}

const accepts = (port: number) =>
  Bun.connect({ hostname: '127.0.0.1', port, socket: { data: () => {} } }).then(
    (socket) => {
      socket.end()
      return true
    },
    () => false,
  )

/** Starts a PgBouncer of its own in transaction mode in front of a database. */
export const startPgBouncer = async (
  databaseUrl: string,
  settings: Record<string, string> = {},
): Promise<PgBouncer> => {
  const folder = makeTemporaryFolder()
  const port = findFreePort()
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(file, configure(databaseUrl, port, settings))
  // It never runs as root, and the user it takes then must reach its settings.
  chmodSync(folder, 0o755)
  const user = process.getuid?.() === 0 ? ['--user=nobody'] : []
  const child = Bun.spawn([binary ?? 'pgbouncer', ...user, '--quiet', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`PgBouncer did not start: ${await new Response(child.stderr).text()}`)
    await Bun.sleep(10)
  }
  return {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String(port) }).href,
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await child.exited
    },
  }
}
