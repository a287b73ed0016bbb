/** A job that is ours until we say what became of it, or until its time is up. */
export interface FetchedJob {
  id: string
  queue: string
  payload: unknown
  /** 0 at the first try. */
  retryCount: number
}

export interface JobQueue {
  /** The next due job of a queue, highest priority first; nobody else gets it while we have it. */
  fetch(queue: string): Promise<FetchedJob | undefined>
  complete(job: FetchedJob): Promise<void>
  /** Puts it back for another try, later each time; after its last try it is a dead letter. */
  retry(job: FetchedJob, reason: string, retryAfterSeconds: number | null): Promise<void>
  /** Makes it a dead letter at once. */
  bury(job: FetchedJob, reason: string): Promise<void>
  /** Takes back what dead workers held, and deletes what is long done. */
  maintain(): Promise<void>
  /** Sends dead letters back to where they came from, one or, without an id, all. @returns how many */
  redrive(id: string | undefined): Promise<number>
  /** Deletes a job in any state. */
  discard(queue: string, id: string): Promise<void>
}
