import * as z from 'zod'
import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import type { JobRow } from './contract'
import { findJob } from './queries'

/** One job, in any state, with what it was given. Throws `not-found`. */
export async function showJob(ctx: CoreContext, jobId: string): Promise<JobRow & { data: unknown }> {
  if (!z.uuid().safeParse(jobId).success) throw notFound()
  const [job] = await findJob(ctx.db, { jobId })
  if (!job) throw notFound()
  return job
}
