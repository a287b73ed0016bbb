import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeTemporaryFolder, repository } from './folders'
import { findFreePort } from './free-port'
import { makeTlsCertificate } from './tls-certificate'

/** Where distributions put it, beside the PATH of an ordinary user. */
const binary = Bun.which('nginx', { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` })

/** Why nginx can't be tested here, if it can't. */
export const nginxObstacle = binary ? undefined : 'nginx is not installed'

const example = join(repository, 'deploy/proxies/nginx.conf')

/** Takes the place of a text that must be there. */
const put = (config: string, text: string, instead: string): string => {
  if (!config.includes(text)) throw new Error(`The example configuration of nginx has no “${text}”.`)
  return config.replaceAll(text, instead)
}

/** The example configuration with other addresses, and nothing else changed. */
const render = (folder: string, port: number, [first, second]: readonly [number, number]): string => {
  const plainPort = findFreePort()
  const places: [text: string, instead: string][] = [
    ['server 127.0.0.1:3000 ', `server 127.0.0.1:${first} `],
    ['server 127.0.0.1:3001 ', `server 127.0.0.1:${second} `],
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    ['    listen [::]:443 ssl http2;\n', ''],
    ['listen 80;', `listen 127.0.0.1:${plainPort};`],
    ['    listen [::]:80;\n', ''],
    ['/etc/ssl/postern/', `${folder}/`],
  ]
  return places.reduce((config, [text, instead]) => put(config, text, instead), readFileSync(example, 'utf8'))
}

export interface NginxFiles {
  /** What the program is started with. */
  command: string[]
  url: string
  /** Every request that was passed on: its time, method, status, and which processes were asked, in order. */
  accessLog: string
  errorLog: string
}

/**
 * Writes all that an nginx of its own needs to run the example configuration.
 * @param processes the ports of the two processes behind it
 */
export const writeNginxFiles = (processes: readonly [number, number]): NginxFiles => {
  const folder = makeTemporaryFolder()
  const port = findFreePort()
  const { key, cert } = makeTlsCertificate('postern.example.com')
  writeFileSync(join(folder, 'privkey.pem'), key)
  writeFileSync(join(folder, 'fullchain.pem'), cert)
  writeFileSync(join(folder, 'postern.conf'), render(folder, port, processes))
  const [accessLog, errorLog] = [join(folder, 'access.log'), join(folder, 'error.log')]
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  const main = `${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 2;
daemon off;
pid ${folder}/nginx.pid;
error_log ${errorLog} warn;
events { worker_connections 1024; }
http {
  ${temporary.join('\n  ')}
  log_format asked '$msec $request_method $status $upstream_addr';
  access_log ${accessLog} asked;
  include ${folder}/postern.conf;
}
`
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, main)
  return {
    command: [binary ?? 'nginx', '-e', errorLog, '-c', file],
    url: `https://127.0.0.1:${port}`,
    accessLog,
    errorLog,
  }
}

/** Starts nginx with the example configuration in front of two processes. */
export const startNginx = async (processes: readonly [number, number]): Promise<NginxFiles & AsyncDisposable> => {
  const files = writeNginxFiles(processes)
  const child = Bun.spawn(files.command, { stdio: ['ignore', 'ignore', 'pipe'] })
  const { port } = new URL(files.url)
  const accepts = () =>
    Bun.connect({ hostname: '127.0.0.1', port: Number(port), socket: { data: () => {} } }).then(
      (socket) => {
        socket.end()
        return true
      },
      () => false,
    )
  while (!(await accepts())) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: ${await new Response(child.stderr).text()}`)
    await Bun.sleep(10)
  }
  return {
    ...files,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await child.exited
    },
  }
}
