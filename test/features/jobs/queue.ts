import * as z from 'zod'
import type { FetchedJob } from '#core/job-queue'
import { queueResetMail } from '#features/accounts/mail-queries'
import { eventValues } from '#features/audit/event-values'
import type { JobOutcome } from '#features/jobs/contract'
import { type JobHandlers, takeNextJob } from '#features/jobs/take-next-job'
import { jobHandlers } from '../../../src/job-handlers'
import type { World } from '../../platform'

const JobRecord = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  priority: z.number(),
  data: z.unknown(),
  retryCount: z.number(),
  retryLimit: z.number(),
  startAfter: z.date(),
  keepUntil: z.date(),
  output: z.unknown(),
  sourceId: z.string().nullable(),
  sourceName: z.string().nullable(),
})
export type JobRecord = z.output<typeof JobRecord>

/** Every row of the queue, oldest first. */
export const listRecords = async (world: World): Promise<JobRecord[]> =>
  z.array(JobRecord).parse(
    await world.db.run(
      `select id, name, state::text, priority, data, retry_count as "retryCount", retry_limit as "retryLimit",
        start_after as "startAfter", keep_until as "keepUntil", output, source_id as "sourceId",
        source_name as "sourceName"
      from pgboss.job order by created_on, id`,
      [],
      'objects',
    ),
  )

/** What waits or is being worked. */
export const listUnfinished = async (world: World): Promise<JobRecord[]> =>
  (await listRecords(world)).filter(({ state }) => ['created', 'retry', 'active'].includes(state))

const Instant = z.tuple([z.object({ now: z.date() })])

/** The queue goes by the clock of the database. */
export const databaseTime = async (world: World): Promise<number> =>
  Instant.parse(await world.db.run('select pgboss.job_now() as now', [], 'objects'))[0].now.getTime()

/** Ends every wait: for a delay, or for another try. */
export const endWaits = (world: World) =>
  world.db.run(
    "update pgboss.job set start_after = pgboss.job_now() - interval '1 minute' where state < 'active'",
    [],
    'objects',
  )

/** Lets so much time pass for the jobs that are being worked, and the next round of maintenance come due. */
export const age = async (world: World, seconds: number): Promise<void> => {
  const moved = 'update pgboss.job set started_on = started_on - make_interval(secs => $1::integer)'
  await world.db.run(`${moved} where state = 'active'`, [seconds], 'objects')
  await world.db.run('update pgboss.queue set monitor_on = null, monitor_claim_on = null', [], 'objects')
}

/** Queues a reset mail, as its route does; for an address without an account unless told. @returns the job's id */
export const queueMail = async (world: World, email = 'nobody@example.com'): Promise<string> => {
  const ctx = world.contextOf({ kind: 'anonymous' })
  const jobId = ctx.ids.next()
  await queueResetMail(world.db, { ...eventValues(ctx), jobId, email })
  return jobId
}

/** Works the next job by these handlers. @returns whether there was one */
export const workNext = async (world: World, handlers: Partial<JobHandlers>): Promise<boolean> => {
  const work = await takeNextJob(world.platform, { ...jobHandlers, ...handlers })
  await work?.()
  return work !== undefined
}

/** Works the next job, and if it is a reset mail, by `handle`. @returns whether there was one */
export const workOne = (world: World, handle: JobHandlers['send-reset-mail']): Promise<boolean> =>
  workNext(world, { 'send-reset-mail': handle })

/** Works the next job to this end. */
export const workTo = (world: World, outcome: JobOutcome) => workOne(world, async () => outcome)

export const deferred = { state: 'deferred', reason: 'a test', retryAfterSeconds: null } as const satisfies JobOutcome

/** The next job of a queue, for a worker of ours. */
export const fetchJob = async (world: World, queue = 'send-reset-mail'): Promise<FetchedJob> => {
  const job = await world.platform.jobs.fetch(queue)
  if (!job) throw new Error(`No job is due in ${queue}.`)
  return job
}
