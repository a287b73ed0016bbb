import type { z } from 'zod'
import type { QueueName } from '#core/queues'
import type { jobPayloads } from './payloads'

/** What each job is given. */
export type JobPayloads = { [Name in QueueName]: z.output<(typeof jobPayloads)[Name]> }

/** What a handler made of a job. A `reason` holds nothing secret and nothing personal: operators read it. */
export type JobOutcome =
  | { state: 'completed' }
  /** Not now: it is tried again, after `retryAfterSeconds` at the earliest. */
  | { state: 'deferred'; reason: string; retryAfterSeconds: number | null }
  /** Never: it becomes a dead letter at once. */
  | { state: 'rejected'; reason: string }

export const completed: JobOutcome = { state: 'completed' }

/** A job as an operator sees it. */
export interface JobRow {
  id: string
  /** Where it would be worked; for a dead letter, the queue it came from. */
  queue: string
  state: string
  isDead: boolean
  retryCount: number
  createdAt: Date
  dueAt: Date
  failure: string | null
}
