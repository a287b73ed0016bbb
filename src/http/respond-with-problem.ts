import type { ErrorHandler, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { modeWithout } from '#core/outages'
import { Problem, rootCause } from '#core/problem'
import {
  databaseUnavailable,
  invalidAccessToken,
  malformedRequest,
  notFound,
  sessionRevoked,
  unexpected,
} from '#core/problems'
import type { AppEnv } from './router'

const toProblem = (error: Error): Problem => {
  const root = rootCause(error)
  if (root instanceof Problem) return root
  if (error instanceof HTTPException && error.status < 500) return malformedRequest({ cause: error })
  return unexpected({ cause: root })
}

const tokenProblems = new Set<string>([invalidAccessToken.definition.code, sessionRevoked.definition.code])

/** Every 401 says how to authenticate (RFC 9110, section 15.5.2), and whether a token was at fault (RFC 6750, section 3). */
const challengeOf = (code: string) =>
  `Bearer realm="postern"${tokenProblems.has(code) ? ', error="invalid_token"' : ''}`

/** The one place that turns an error into an answer (RFC 9457). What is not a Problem tells nothing of itself. */
export const respondWithProblem: ErrorHandler<AppEnv> = (error, c) => {
  const problem = toProblem(error)
  const { slug, code, status, title } = problem.definition
  const { detail, extensions, headers } = problem.facts
  const requestId = c.get('request').id
  const ctx = c.get('ctx')
  c.set('problem', problem)
  if (code === databaseUnavailable.definition.code && ctx) modeWithout(ctx, 'postgres')
  const body = {
    type: `/problems/${slug}`,
    title,
    status,
    code,
    detail: detail ?? title,
    instance: `urn:request:${requestId}`,
    requestId,
    ...extensions,
  }
  return c.body(JSON.stringify(body), status, {
    'content-type': 'application/problem+json',
    ...(status === 401 && { 'www-authenticate': challengeOf(code) }),
    ...headers,
  })
}

export const respondNotFound: NotFoundHandler<AppEnv> = (c) => respondWithProblem(notFound(), c)
