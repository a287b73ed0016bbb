import type { Check } from './refusals'

export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 415 | 422 | 423 | 429 | 500 | 503

export interface ProblemDefinition<Code extends string = string> {
  /** kebab-case: the last part of `type`, the address of its page in the docs. */
  slug: string
  /** snake_case: the stable machine word. */
  code: Code
  status: ProblemStatus
  title: string
}

export interface ProblemFacts {
  /** Public, for people. */
  detail?: string
  /** Public members of the answer beside the standard ones. */
  extensions?: Record<string, unknown>
  /** Headers of the answer, such as `Retry-After`. */
  headers?: Record<string, string>
  /** Only logged. */
  cause?: unknown
  /** Which check refused, where its code does not tell: kept for operators, never a part of the answer. */
  check?: Check
}

/** The only error a caller ever sees (RFC 9457). */
export class Problem extends Error {
  override name = 'Problem'
  constructor(
    readonly definition: ProblemDefinition,
    readonly facts: ProblemFacts = {},
  ) {
    super(`${definition.code}: ${facts.detail ?? definition.title}`, { cause: facts.cause })
  }
}

type SnakeCase<Slug extends string> = Slug extends `${infer Head}-${infer Tail}` ? `${Head}_${SnakeCase<Tail>}` : Slug

/** Makes problems of one kind; `definition` is what the docs and the OpenAPI document list. */
export interface ProblemFactory<Code extends string = string> {
  (facts?: ProblemFacts): Problem
  definition: ProblemDefinition<Code>
}

/** The code of a slug: the same word in snake_case. */
const toCode = <Slug extends string>(slug: Slug): SnakeCase<Slug> => slug.replaceAll('-', '_') as SnakeCase<Slug>

/** Declares a kind of problem in one greppable line: its kebab-case slug, its status, its title for people. */
export const defineProblem = <Slug extends string>(
  slug: Slug,
  status: ProblemStatus,
  title: string,
): ProblemFactory<SnakeCase<Slug>> => {
  const definition = { slug, code: toCode(slug), status, title }
  return Object.assign((facts?: ProblemFacts) => new Problem(definition, facts), { definition })
}

/**
 * What was thrown at first. drizzle wraps it in an error that quotes the values of the statement, which must reach
 * neither a caller nor a log.
 */
export const rootCause = (error: unknown): unknown =>
  error instanceof Error && !(error instanceof Problem) && error.cause !== undefined ? rootCause(error.cause) : error

/** `Retry-After` in the two places callers look: the header, and a member of the problem. */
export const retryAfter = (seconds: number): ProblemFacts => ({
  extensions: { retryAfterSeconds: seconds },
  headers: { 'retry-after': String(seconds) },
})

/** What a `missing-permission` was about, for operators: one of these would have been enough. */
export const lacking = (of: 'platform' | 'organization', ...anyOf: string[]): ProblemFacts => ({
  check: { check: 'permission', of, anyOf },
})

/** Failures before make somebody wait: for the caller how long, for operators also where they were. */
export const lockedOut = (of: 'network' | 'account' | 'second-factor', retryAfterSeconds: number): ProblemFacts => ({
  ...retryAfter(retryAfterSeconds),
  check: { check: 'lockout', of, retryAfterSeconds },
})
