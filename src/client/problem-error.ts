import { type ProblemCode, problemCodes } from './problem-codes'

/** One faulty field of a body or query. */
export interface FieldError {
  /** Where it is (RFC 6901), such as `/password`. */
  pointer: string
  code: string
  message: string
}

/** A failure as the server tells it (RFC 9457), with whatever members this kind of problem adds. */
export interface ProblemDetails {
  type: string
  title: string
  status: number
  code: string
  detail: string
  instance: string
  requestId: string
  errors?: FieldError[]
  [member: string]: unknown
}

const knownCodes: ReadonlySet<string> = new Set(problemCodes)
const isKnown = (code: string): code is ProblemCode => knownCodes.has(code)

/** Postern answered that it did not do what was asked. */
export class ProblemError extends Error {
  override name = 'ProblemError'
  /** The stable word to decide by; `unrecognized` for one that is newer than this client (see `problem.code`). */
  readonly code: ProblemCode | 'unrecognized'
  readonly status: number
  /** The faulty fields of an `invalid_request`, the documents of `terms_not_accepted`; empty for every other code. */
  readonly errors: readonly FieldError[]

  constructor(readonly problem: ProblemDetails) {
    super(problem.detail)
    this.code = isKnown(problem.code) ? problem.code : 'unrecognized'
    this.status = problem.status
    this.errors = problem.errors ?? []
  }
}

/** Postern was not reached: the network failed, or something in between answered in its place. */
export class ConnectionError extends Error {
  override name = 'ConnectionError'
  /** What the thing in between answered; undefined when nothing did. */
  readonly status: number | undefined

  constructor(message: string, { status, cause }: { status?: number; cause?: unknown }) {
    super(message, { cause })
    this.status = status
  }
}

/**
 * Whether something thrown is a problem with one of these codes, and narrows it to them.
 * @param codes any problem if there are none
 */
export const isProblem = <Code extends ProblemError['code'] = ProblemError['code']>(
  error: unknown,
  ...codes: readonly Code[]
): error is ProblemError & { readonly code: Code } =>
  error instanceof ProblemError && (codes.length === 0 || codes.some((code) => code === error.code))
