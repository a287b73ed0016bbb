import { rotateSigningKey } from '../features/sessions/rotate-signing-key'
import { startJobWorker } from '../job-worker'
import { asOperator, done } from './as-operator'
import type { Command } from './command'
import { migrateCommand } from './migrate-command'

const untilSignal = () =>
  new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })

/** The schema, keys that sign, and the work behind answers. */
export const databaseCommands: Command[] = [
  migrateCommand,
  {
    name: 'keys rotate',
    summary: 'stage the next signing key; instances take it up by themselves',
    run: asOperator('keys rotate', async (ctx) => {
      const signsFrom = (await rotateSigningKey(ctx)).toISOString()
      return done(`The next key signs from ${signsFrom}.`, { signsFrom })
    }),
  },
  {
    name: 'work',
    summary: 'work jobs, beside servers with WORK_JOBS=off, until a signal',
    run: asOperator(
      'work',
      async (ctx) => {
        const signal = untilSignal()
        const worker = startJobWorker(ctx)
        ctx.log({ level: 'info', message: 'working jobs', lanes: ctx.config.JOB_CONCURRENCY })
        await signal
        await worker.stop()
        return done('Every job under way is done.')
      },
      // What it prints is its log, but where that would break the one document.
      (call) => (call.isOn('json') ? (line) => void process.stderr.write(`${line}\n`) : undefined),
    ),
  },
]
