import { discardDeadLetters } from '../features/jobs/discard-dead-letters'
import { listJobs } from '../features/jobs/list-jobs'
import { retryDeadLetters } from '../features/jobs/retry-dead-letters'
import { showJob } from '../features/jobs/show-job'
import { asOperator, done, rowsOutcome } from './as-operator'
import type { Call, Command } from './command'

const idOrAll = { name: 'id|all' }

const idIn = (call: Call): string | undefined => {
  const word = call.word(idOrAll.name)
  return word === 'all' ? undefined : word
}

/** What waits behind answers. */
export const jobCommands: Command[] = [
  {
    name: 'jobs list',
    summary: 'jobs that wait, run, or failed for good',
    run: asOperator('jobs list', async (ctx) => rowsOutcome(await listJobs(ctx, { onlyDead: false }))),
  },
  {
    name: 'jobs dead',
    summary: 'those that failed for good: dead letters, with the reason',
    run: asOperator('jobs dead', async (ctx) => rowsOutcome(await listJobs(ctx, { onlyDead: true }))),
  },
  {
    name: 'jobs show',
    summary: 'one job, with what it was given',
    args: [{ name: 'id' }],
    run: asOperator('jobs show', async (ctx, call) => {
      const json = await showJob(ctx, call.word('id'))
      return { text: JSON.stringify(json, null, 2), json }
    }),
  },
  {
    name: 'jobs retry',
    summary: 'send dead letters back to their queues',
    args: [idOrAll],
    run: asOperator('jobs retry', async (ctx, call) => {
      const count = await retryDeadLetters(ctx, idIn(call))
      return done(`Sent back ${count} dead letters.`, { count })
    }),
  },
  {
    name: 'jobs discard',
    summary: 'delete dead letters',
    args: [idOrAll],
    asks: (call) => `Delete ${idIn(call) ?? 'every dead letter'}? What was to be done will not be.`,
    run: asOperator('jobs discard', async (ctx, call) => {
      const count = await discardDeadLetters(ctx, idIn(call))
      return done(`Deleted ${count} dead letters.`, { count })
    }),
  },
]
