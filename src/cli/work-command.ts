import { composeApp } from '../compose-app'
import { startJobWorker } from '../job-worker'
import { workerMounts } from '../worker-mounts'
import { asOperator, done, type Operator } from './as-operator'
import { type Command, Misuse } from './command'

const watched = composeApp(workerMounts)

const readPort = (text: string): number => {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Misuse('--port is a number up to 65535.')
  return port
}

const answerWatchers = (ctx: Operator, port: number) =>
  Bun.serve({
    port,
    hostname: ctx.config.ENVIRONMENT === 'production' ? '0.0.0.0' : '127.0.0.1',
    fetch: (request) => watched.fetch(request, ctx),
  })

const untilSignal = () =>
  new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })

/** Works jobs, as the server does where nobody says otherwise. */
export const workCommand: Command = {
  name: 'work',
  summary: 'work jobs, beside servers with WORK_JOBS=off, until a signal',
  options: { port: { summary: 'answer /health and /metrics there', value: 'port' } },
  run: asOperator(
    'work',
    async (ctx, call) => {
      const signal = untilSignal()
      const port = call.find('port')
      const server = port === undefined ? undefined : answerWatchers(ctx, readPort(port))
      const worker = startJobWorker(ctx)
      ctx.log({ level: 'info', message: 'working jobs', lanes: ctx.config.JOB_CONCURRENCY })
      await signal
      await worker.stop()
      await server?.stop()
      return done('Every job under way is done.')
    },
    // What it prints is its log, but where that would break the one document.
    (call) => (call.isOn('json') ? (line) => void process.stderr.write(`${line}\n`) : undefined),
  ),
}
