import type { ErrorDescription } from './describe-error'

/** Something that nobody expected, as it is told to whoever mends it: nothing of a body, a header or a person. */
export interface ErrorReport {
  error: ErrorDescription
  /** What was being done: `POST /v1/auth/login`, by the route's template, or `job send-mail`. */
  transaction: string
  requestId: string
  traceId: string | undefined
  spanId: string | undefined
  jobId?: string
}
