import type { CoreContext } from '#core/context'
import type { JobPlatform } from '#core/platform'
import { createJobRunner } from '#platform/job-runner'
import { enqueueDueSchedules } from './features/jobs/enqueue-due-schedules'
import { takeNextJob } from './features/jobs/take-next-job'
import { jobHandlers } from './job-handlers'

const pollSeconds = 1
const maintenanceSeconds = 15

/** Works the jobs of a platform: on Bun for as long as the process lives, on Workers for one event. */
export const createJobWorker = (platform: JobPlatform) => {
  const runner = createJobRunner({
    lanes: platform.config.JOB_CONCURRENCY,
    takeNext: () => takeNextJob(platform, jobHandlers),
    log: platform.log,
  })

  /** Queues what is scheduled, takes back what dead workers held, and looks for jobs. */
  const maintain = async (): Promise<void> => {
    const ctx: CoreContext = {
      ...platform,
      actor: { kind: 'system', job: 'maintenance' },
      request: { id: platform.ids.next(), ipAddress: null, userAgent: null, place: null, traceparent: null },
    }
    try {
      await enqueueDueSchedules(ctx)
      await platform.jobs.maintain()
    } catch {
      // Whatever is wrong with the database, the lanes say it; the next round comes soon.
    }
    runner.wake()
  }

  return { ...runner, maintain }
}

/** Works jobs until `stop`, which lets those under way finish. */
export const startJobWorker = (platform: JobPlatform) => {
  const worker = createJobWorker(platform)
  const timers = [setInterval(worker.wake, pollSeconds * 1000), setInterval(worker.maintain, maintenanceSeconds * 1000)]
  void worker.maintain()
  return {
    wake: worker.wake,
    stop: (): Promise<void> => {
      for (const timer of timers) clearInterval(timer)
      return worker.stop()
    },
  }
}
