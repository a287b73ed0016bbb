import { join } from 'node:path'
import { observability } from '../deploy/rule-files'
import { makeTemporaryFolder } from '../support/folders'
import { findFreePort } from '../support/free-port'

const promtool = Bun.which('promtool')
const prometheus = Bun.which('prometheus')

/** Why rules can't be tested here, if they can't. */
export const prometheusObstacle = promtool && prometheus ? undefined : 'prometheus is not installed'

export interface Ended {
  exitCode: number
  output: string
}

/** Runs promtool to its end. @param input what it reads */
export const runPromtool = async (words: string[], input = ''): Promise<Ended> => {
  const stdin = new TextEncoder().encode(input)
  const child = Bun.spawn([promtool ?? 'promtool', ...words], { stdin, stdout: 'pipe', stderr: 'pipe' })
  const [output, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { exitCode: await child.exited, output: output + errors }
}

/** Our configuration of Prometheus in a folder of its own, with another target, another file of the token, and no pauses. */
export const writeConfiguration = async (target: string, token: string): Promise<string> => {
  const folder = makeTemporaryFolder()
  const tokenFile = join(folder, 'operator-token')
  await Bun.write(tokenFile, token)
  const ours = await Bun.file(join(observability, 'prometheus/prometheus.yaml')).text()
  const changed = ours
    .replace('host.docker.internal:3000', target)
    .replace('/run/secrets/operator_token', tokenFile)
    .replace('rules/*.yaml', join(observability, 'prometheus/rules/*.yaml'))
    .replace('scrape_interval: 15s', 'scrape_interval: 1s')
    .replace('evaluation_interval: 30s', 'evaluation_interval: 1s')
  const file = join(folder, 'prometheus.yaml')
  await Bun.write(file, changed)
  return file
}

export interface Prometheus extends AsyncDisposable {
  /** What its API answers, as plain data. */
  ask: (path: string) => Promise<unknown>
}

/** Starts Prometheus with a file of configuration, and waits until it answers. */
export const startPrometheus = async (configuration: string): Promise<Prometheus> => {
  const port = findFreePort()
  const child = Bun.spawn(
    [
      prometheus ?? 'prometheus',
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${makeTemporaryFolder()}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const errors = new Response(child.stderr).text()
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`Prometheus ended: ${await errors}`)
    await Bun.sleep(50)
  }
  return {
    ask: async (path) => (await fetch(`${url}${path}`)).json(),
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await child.exited
    },
  }
}
