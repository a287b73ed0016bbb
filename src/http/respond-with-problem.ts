import type { ErrorHandler, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { modeWithout } from '#core/outages'
import type { Dependency } from '#core/platform'
import { Problem, rootCause } from '#core/problem'
import {
  blobsUnavailable,
  databaseUnavailable,
  dnsUnavailable,
  invalidAccessToken,
  invalidApiKey,
  malformedRequest,
  notFound,
  providerUnavailable,
  sessionRevoked,
  unexpected,
} from '#core/problems'
import { policyOf } from './policy-of'
import type { AppEnv } from './router'

const toProblem = (error: Error): Problem => {
  const root = rootCause(error)
  if (root instanceof Problem) return root
  if (error instanceof HTTPException && error.status < 500) return malformedRequest({ cause: error })
  return unexpected({ cause: root })
}

const tokenProblems = new Set<string>(
  [invalidAccessToken, invalidApiKey, sessionRevoked].map(({ definition }) => definition.code),
)

/** Every 401 says how to authenticate (RFC 9110, section 15.5.2), and whether a token was at fault (RFC 6750, section 3). */
const challengeOf = (code: string) =>
  `Bearer realm="postern"${tokenProblems.has(code) ? ', error="invalid_token"' : ''}`

/** The problems that say by themselves what is away; for other dependencies whoever asks them says it. */
const awayBy = new Map<string, Dependency>([
  [databaseUnavailable.definition.code, 'postgres'],
  [providerUnavailable.definition.code, 'provider'],
  [blobsUnavailable.definition.code, 'blobs'],
  [dnsUnavailable.definition.code, 'dns'],
])

const oauthErrors = new Set(['invalid_client', 'invalid_scope', 'unsupported_grant_type'])

/** The word of RFC 6749, section 5.2, for a problem; for what it has no word for, that of section 4.1.2.1. */
const toOauthError = ({ definition: { code, status } }: Problem): string => {
  if (oauthErrors.has(code)) return code
  if (status === 500) return 'server_error'
  return status > 500 || status === 429 ? 'temporarily_unavailable' : 'invalid_request'
}

/** The one place that turns an error into an answer (RFC 9457). What is not a Problem tells nothing of itself. */
export const respondWithProblem: ErrorHandler<AppEnv> = (error, c) => {
  const problem = toProblem(error)
  const { slug, code, status, title } = problem.definition
  const { detail, extensions, headers } = problem.facts
  const requestId = c.get('request').id
  const ctx = c.get('ctx')
  c.set('problem', problem)
  const away = awayBy.get(code)
  if (away && ctx) modeWithout(ctx, away)
  const isOauth = policyOf(c)?.isOauth
  const challenge = isOauth ? 'Basic realm="postern"' : challengeOf(code)
  const answerHeaders = { ...(status === 401 && { 'www-authenticate': challenge }), ...headers }
  if (isOauth) {
    const body = { error: toOauthError(problem), error_description: detail ?? title }
    return c.json(body, status, answerHeaders)
  }
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
    ...answerHeaders,
  })
}

export const respondNotFound: NotFoundHandler<AppEnv> = (c) => respondWithProblem(notFound(), c)
