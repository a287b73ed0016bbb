import { expect, test } from 'bun:test'
import type { LogEvent } from '#core/log-events'
import { createJobRunner } from '#platform/job-runner'

/** A job that ends when we say so. */
const createJob = () => Promise.withResolvers<void>()

/** A runner over jobs of ours: each is worked until it resolves, and fails when it rejects. */
const openRunner = (lanes: number, waiting: { promise: Promise<void> }[] = []) => {
  const logs: LogEvent[] = []
  const seen = { looks: 0, started: 0, ended: 0, most: 0 }
  const takeNext = async () => {
    seen.looks += 1
    const job = waiting.shift()
    // A look takes a moment, as it does at a database.
    await Promise.resolve()
    return (
      job &&
      (async () => {
        seen.started += 1
        seen.most = Math.max(seen.most, seen.started - seen.ended)
        await job.promise.finally(() => {
          seen.ended += 1
        })
      })
    )
  }
  return { waiting, logs, seen, ...createJobRunner({ lanes, takeNext, log: (event) => logs.push(event) }) }
}

const resolvedJob = () => ({ promise: Promise.resolve() })

/** Lets everything run that waits for nothing but the loop. */
const aMoment = () => Bun.sleep(0)

test('one wake works all the jobs there are, and then it is settled', async () => {
  const { wake, settled, seen, waiting } = openRunner(2, Array.from({ length: 50 }, resolvedJob))
  wake()
  await settled()
  expect(seen).toMatchObject({ started: 50, ended: 50 })
  expect(waiting).toEqual([])
})

test('without a wake nothing is done, and what was never woken is settled', async () => {
  const { settled, seen } = openRunner(2, [resolvedJob()])
  await settled()
  expect(seen.looks).toBe(0)
})

test('no more jobs run at once than there are lanes, and all lanes are used', async () => {
  const jobs = Array.from({ length: 7 }, createJob)
  const { wake, settled, seen } = openRunner(3, [...jobs])
  wake()
  await aMoment()
  expect(seen).toMatchObject({ started: 3, ended: 0 })
  for (const _ of jobs) wake()
  await aMoment()
  expect(seen).toMatchObject({ started: 3, ended: 0 })
  for (const { resolve } of jobs) {
    resolve()
    await aMoment()
  }
  await settled()
  expect(seen).toMatchObject({ started: 7, ended: 7, most: 3 })
})

test('a slow job holds up nobody: the other lane works what follows, also what comes later', async () => {
  const slow = createJob()
  const { wake, settled, seen, waiting } = openRunner(2, [slow, resolvedJob(), resolvedJob()])
  wake()
  await aMoment()
  expect(seen).toMatchObject({ started: 3, ended: 2 })
  waiting.push(resolvedJob())
  wake()
  await aMoment()
  expect(seen).toMatchObject({ started: 4, ended: 3 })
  slow.resolve()
  await settled()
  expect(seen.ended).toBe(4)
})

test('a wake while every lane looks is not forgotten: what it tells of may be younger than the look', async () => {
  const look = Promise.withResolvers<undefined>()
  let looks = 0
  const { wake, settled } = createJobRunner({
    lanes: 1,
    log: () => {},
    takeNext: () => {
      looks += 1
      return looks === 1 ? look.promise : Promise.resolve(undefined)
    },
  })
  wake()
  await aMoment()
  for (const _ of [1, 2, 3]) wake()
  look.resolve(undefined)
  await settled()
  expect(looks).toBe(2)
})

test('stop lets the job under way finish, takes no more, and waits', async () => {
  const job = createJob()
  const { wake, stop, seen, waiting } = openRunner(2, [job, job, resolvedJob()])
  wake()
  await aMoment()
  let isStopped = false
  const stopping = stop().then(() => {
    isStopped = true
  })
  wake()
  await aMoment()
  expect(isStopped).toBe(false)
  job.resolve()
  await stopping
  expect(seen).toMatchObject({ started: 2, ended: 2 })
  wake()
  await aMoment()
  expect(waiting).toHaveLength(1)
})

test('what can’t be worked is logged once for each wake, without a spin, and the next wake tries again', async () => {
  const logs: LogEvent[] = []
  let looks = 0
  const { wake, settled } = createJobRunner({
    lanes: 4,
    log: (event) => logs.push(event),
    takeNext: async () => {
      looks += 1
      throw new Error('outer, with values', { cause: new Error('no database') })
    },
  })
  wake()
  await settled()
  await Bun.sleep(5)
  expect(looks).toBe(1)
  expect(logs).toMatchObject([{ level: 'error', message: 'jobs can’t be worked', cause: { message: 'no database' } }])
  wake()
  await settled()
  expect(looks).toBe(2)
})

test('an error after a job was found ends the lane and no other', async () => {
  const failing = createJob()
  const slow = createJob()
  const { wake, settled, seen, logs } = openRunner(2, [slow, failing])
  wake()
  await aMoment()
  failing.reject(new Error('lost the database'))
  await aMoment()
  expect(logs).toMatchObject([{ level: 'error', cause: { message: 'lost the database' } }])
  slow.resolve()
  await settled()
  expect(seen).toMatchObject({ started: 2, ended: 2 })
})

test('a failure that is no error is logged without its value', async () => {
  const logs: LogEvent[] = []
  const { wake, settled } = createJobRunner({
    lanes: 1,
    log: (event) => logs.push(event),
    takeNext: () => Promise.reject('a secret'),
  })
  wake()
  await settled()
  expect(logs).toMatchObject([{ level: 'error', message: 'jobs can’t be worked' }])
  expect(JSON.stringify(logs)).not.toContain('a secret')
})
