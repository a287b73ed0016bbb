import { writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { readWorkerConfig } from '../../deploy/worker-config'
import { workerConfigs } from '../../test/support/build-workers'
import { makeTemporaryFolder } from '../../test/support/folders'
import { findFreePort } from '../../test/support/free-port'
import { bareEnvironment } from '../../test/support/server'
import type { Bundle } from './build-bundles'

/** A Worker and what it is given. */
export interface Given {
  bundle: Bundle
  variables: Record<string, string>
  databaseUrl: string
}

/** What workerd reads, and where the Worker then answers. */
export interface Prepared {
  config: string
  url: string
}

/** A running workerd with one Worker in it. */
export interface Running extends AsyncDisposable {
  pid: number
  url: string
}

const startSeconds = 30

/** The program that wrangler runs Workers in, of the package that comes with it. */
const findWorkerd = async (): Promise<string> => {
  const wrangler = dirname(Bun.resolveSync('wrangler/package.json', import.meta.dir))
  const { default: program } = await import(Bun.resolveSync('workerd', wrangler))
  return String(program)
}
const workerd = await findWorkerd()

const quote = (text: string) => JSON.stringify(text)

const toModule = (part: string, folder: string): string =>
  `(name = ${quote(part)}, ${part.endsWith('.wasm') ? 'wasm' : 'esModule'} = embed ${quote(join(folder, part))})`

/** Stands in for the other Workers and the assets: it has a list of passwords with one in it. */
const stub = quote("export default { fetch: () => new Response('password123\\n') }")

const toConfig = ({ bundle, variables, databaseUrl }: Given, port: number, folder: string, date: string): string => {
  const { hostname, port: databasePort, username, password, pathname } = new URL(databaseUrl)
  const bound = Object.entries(variables).map(([name, text]) => `(name = ${quote(name)}, text = ${quote(text)})`)
  const services = ['ANNEX', 'JOBS', 'ASSETS'].map((name) => `(name = ${quote(name)}, service = "stub")`)
  const database = [
    `designator = "database", scheme = "postgres", database = ${quote(pathname.slice(1))}`,
    `user = ${quote(decodeURIComponent(username))}, password = ${quote(decodeURIComponent(password) || 'trusted')}`,
  ].join(', ')
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "stub", worker = .stub),
    (name = "database", external = (address = ${quote(`${hostname}:${databasePort || 5432}`)}, tcp = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const stub :Workerd.Worker = (
  compatibilityDate = ${quote(date)},
  modules = [(name = "stub.js", esModule = ${stub})],
);
const main :Workerd.Worker = (
  compatibilityDate = ${quote(date)},
  modules = [${bundle.parts.map((part) => toModule(part, relative(folder, bundle.folder))).join(', ')}],
  bindings = [
    ${[...bound, ...services].join(',\n    ')},
    (name = "BLOBS", r2Bucket = "stub"),
    (name = "HYPERDRIVE", hyperdrive = (${database})),
  ],
);
`
}

/** Writes the configuration of a Worker for workerd, with the bindings of all: the database directly, as Hyperdrive. */
export const prepare = async (given: Given): Promise<Prepared> => {
  const folder = makeTemporaryFolder()
  const port = findFreePort()
  const { compatibility_date } = await readWorkerConfig(workerConfigs.api)
  const config = join(folder, 'worker.capnp')
  writeFileSync(config, toConfig(given, port, folder, String(compatibility_date)), { mode: 0o600 })
  return { config, url: `http://127.0.0.1:${port}` }
}

/** A start of workerd. */
export interface Started extends Running {
  /** From the moment that it was spawned to the first answer. */
  answeredMs: number
  /** Ends it. @returns the CPU milliseconds that it has used, all its threads together */
  end: () => Promise<number>
}

/** The first answer to `path`; none if the process ends before, or takes too long. */
const firstAnswer = async (url: string, hasExited: () => boolean): Promise<Response | undefined> => {
  for (const giveUpAt = performance.now() + startSeconds * 1000; performance.now() < giveUpAt && !hasExited(); ) {
    const answer = await fetch(url, { keepalive: false }).catch(() => undefined)
    if (answer) return answer
    await Bun.sleep(1)
  }
  return undefined
}

/** Starts workerd and waits for the first answer. Throws if that is no success. */
export const start = async ({ config, url }: Prepared, path: string): Promise<Started> => {
  const startedAt = performance.now()
  const child = Bun.spawn([workerd, 'serve', config], {
    env: bareEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const end = async () => {
    child.kill('SIGKILL')
    await child.exited
    return Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000
  }
  const answer = await firstAnswer(url + path, () => child.exitCode !== null)
  const answeredMs = performance.now() - startedAt
  if (!answer?.ok) {
    await end()
    throw new Error(`${path} was answered ${answer?.status ?? 'by nobody'} by ${config}: ${await answer?.text()}`)
  }
  await answer.arrayBuffer()
  return { pid: child.pid, url, answeredMs, end, [Symbol.asyncDispose]: async () => void (await end()) }
}
