import { expect, test } from 'bun:test'
import { createJobWorker, startJobWorker } from '../src/job-worker'
import { listRecords, listUnfinished, queueMail } from './features/jobs/queue'
import { openWorld } from './platform'

test('a round of maintenance queues what is scheduled, and has it worked', async () => {
  const world = await openWorld()
  const worker = createJobWorker(world.platform)
  await worker.maintain()
  await worker.settled()
  const records = await listRecords(world)
  expect(records.map(({ name, state }) => `${name} ${state}`).toSorted()).toEqual([
    'begin-due-erasures completed',
    'delete-dropped-blobs completed',
    'delete-expired-answers completed',
    'delete-expired-sessions completed',
    'delete-expired-tokens completed',
    'delete-lost-log-ins completed',
    'delete-old-failures completed',
    'delete-old-invitations completed',
    'delete-old-messages completed',
    'delete-old-operations completed',
    'delete-old-refusals completed',
    'delete-unfinished-enrolments completed',
    'destroy-old-personal-parts completed',
    'expire-exports completed',
    'maintain-audit-record completed',
    'migrate-attributes completed',
    'recheck-domains completed',
    'refresh-provider-tokens completed',
    'renew-seals completed',
    'seal-audit-record completed',
  ])
})

test('a database that is away stops no worker: it is logged, and the next round works', async () => {
  const world = await openWorld()
  await queueMail(world)
  let isAway = true
  const run: typeof world.db.run = (...call) => (isAway ? Promise.reject(new Error('away')) : world.db.run(...call))
  const worker = createJobWorker({ ...world.platform, db: { ...world.db, run } })
  await worker.maintain()
  await worker.settled()
  expect(world.logs).toMatchObject([{ level: 'error', message: 'jobs can’t be worked', cause: { message: 'away' } }])
  isAway = false
  await worker.maintain()
  await worker.settled()
  expect(await listUnfinished(world)).toEqual([])
})

test('a worker looks for jobs by itself from its start, and after its stop takes none', async () => {
  const world = await openWorld()
  await queueMail(world)
  const worker = startJobWorker(world.platform)
  const countDone = async () => (await listRecords(world)).filter(({ state }) => state === 'completed').length
  // The mail, and what is scheduled.
  for (let looks = 0; looks < 1000 && (await countDone()) < 9; looks += 1) await Bun.sleep(5)
  await worker.stop()
  expect(await listUnfinished(world)).toEqual([])
  await queueMail(world)
  worker.wake()
  await worker.stop()
  expect(await listUnfinished(world)).toHaveLength(1)
})
