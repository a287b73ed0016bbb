import { type Job, PgBoss } from 'pg-boss'
import type { FetchedJob, JobQueue } from '#core/job-queue'
import { deadLetterQueue, deadLetterSeconds, type QueuePolicy, queues } from '#core/queues'
import type { Database } from '#db/database'

/** pg-boss with none of its timers: whoever works jobs has one of its own, and on Workers nothing outlives an event. */
const noTimers = {
  now: () => Date.now(),
  setTimeout: (work: () => void, milliseconds: number): unknown => setTimeout(work, milliseconds),
  clearTimeout: (timer: unknown) => clearTimeout(Number(timer)),
  setInterval: (): unknown => undefined,
  clearInterval: () => {},
}

/** A value as Postgres reads it from text: the driver knows neither arrays nor objects nor numbers of 64 bits. */
const toText = (value: unknown): unknown => {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (!Array.isArray(value)) return JSON.stringify(value)
  return `{${value.map((item) => `"${String(item).replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`
}

/** Our database as pg-boss wants it: texts without values may hold several statements. */
const fromDatabase = (db: Database) => ({
  executeSql: async (text: string, values: unknown[] = []) => ({
    rows: values.length === 0 ? await db.script(text) : await db.run(text, values.map(toText), 'objects'),
  }),
})

const openBoss = (db: Database, migrate: boolean): PgBoss =>
  new PgBoss({
    db: fromDatabase(db),
    clock: noTimers,
    migrate,
    supervise: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    registerInstance: false,
    monitorIntervalSeconds: 5,
  })

const toOptions = (policy: QueuePolicy) => ({
  retryLimit: policy.retryLimit,
  retryDelay: policy.retryDelaySeconds,
  retryBackoff: true,
  retryDelayMax: policy.retryDelayMaxSeconds,
  expireInSeconds: policy.expireSeconds,
  retentionSeconds: policy.retentionSeconds,
  deleteAfterSeconds: policy.deletionSeconds,
})

/** Brings pg-boss's schema up to date and makes or corrects our queues. Safe to repeat, and to do twice at once. */
export const installQueues = async (db: Database): Promise<void> => {
  const boss = openBoss(db, true)
  // Of two that create the schema at once, one fails; by its next attempt the other is done.
  await boss.start({ attempts: 3 })
  try {
    const kept = { retentionSeconds: deadLetterSeconds }
    await boss.createQueue(deadLetterQueue, kept)
    await boss.updateQueue(deadLetterQueue, kept)
    for (const [name, policy] of Object.entries(queues)) {
      const options = { ...toOptions(policy), deadLetter: deadLetterQueue }
      await boss.createQueue(name, options)
      await boss.updateQueue(name, options)
    }
  } finally {
    await boss.stop({ graceful: false, close: false })
  }
}

const toFetchedJob = (queue: string, { id, data, retryCount }: Job<unknown>): FetchedJob => ({
  id,
  queue,
  payload: data,
  retryCount,
})

const redriveBatch = 1000

const policies = new Map<string, QueuePolicy>(Object.entries(queues))

const policyOf = (queue: string): QueuePolicy => {
  const policy = policies.get(queue)
  if (!policy) throw new Error(`There is no queue ${queue}.`)
  return policy
}

export interface OpenQueue extends JobQueue {
  close(): Promise<void>
}

/** Opens the queue at its first use, over a database whose schema is current by then; until it is, every use throws. */
export const openQueue = (db: Database): OpenQueue => {
  let opening: Promise<PgBoss> | undefined

  const open = (): Promise<PgBoss> => {
    opening ??= openBoss(db, false)
      .start()
      .catch((error: unknown) => {
        opening = undefined
        throw error
      })
    return opening
  }

  /** Changes a job that is still ours: another worker may have it by now, with another number of tries. */
  const adjust = async ({ queue, id, retryCount }: FetchedJob, set: string, values: unknown[] = []) => {
    const own = `state = 'active' and name = $1 and id = $2 and retry_count = $3::integer`
    const text = `update pgboss.job set ${set} where ${own} returning id`
    return (await db.run(text, [queue, id, String(retryCount), ...values], 'objects')).length > 0
  }

  const fail = async ({ queue, id, retryCount }: FetchedJob, reason: string): Promise<void> => {
    await (await open()).fail(queue, { id, retryCount }, { reason })
  }

  return {
    fetch: async (queue) => {
      const [job] = await (await open()).fetch(queue)
      return job && toFetchedJob(queue, job)
    },
    complete: async ({ queue, id, retryCount }) => {
      await (await open()).complete(queue, { id, retryCount })
    },
    retry: async (job, reason, retryAfterSeconds) => {
      // pg-boss backs off with jitter, or waits exactly as long as the delay says.
      const { retryDelaySeconds, retryDelayMaxSeconds } = policyOf(job.queue)
      const leastSeconds = Math.min(retryDelayMaxSeconds, retryDelaySeconds * 2 ** job.retryCount)
      const backsOff = retryAfterSeconds === null || retryAfterSeconds <= leastSeconds
      const seconds = String(backsOff ? retryDelaySeconds : retryAfterSeconds)
      const set = 'retry_backoff = $4::boolean, retry_delay = $5::integer'
      if (await adjust(job, set, [backsOff, seconds])) await fail(job, reason)
    },
    bury: async (job, reason) => {
      // A job without tries left is what pg-boss makes a dead letter of.
      if (await adjust(job, 'retry_limit = retry_count')) await fail(job, reason)
    },
    maintain: async () => {
      await (await open()).supervise()
    },
    redrive: async (id) => {
      const boss = await open()
      if (id !== undefined) return boss.redrive(deadLetterQueue, { ids: [id] })
      let count = 0
      for (;;) {
        const moved = await boss.redrive(deadLetterQueue, { limit: redriveBatch })
        count += moved
        if (moved < redriveBatch) return count
      }
    },
    discard: async (queue, id) => {
      await (await open()).deleteJob(queue, id)
    },
    close: async () => {
      const boss = await opening?.catch(() => undefined)
      await boss?.stop({ graceful: false, close: false })
    },
  }
}
