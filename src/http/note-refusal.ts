import type { Context } from 'hono'
import { explainProblem } from '#core/explain-problem'
import type { Problem } from '#core/problem'
import { notFound } from '#core/problems'
import type { Refusal } from '#core/refusals'
import { traceIdOf } from '#core/telemetry'
import { policyOf } from './policy-of'
import { routeOf } from './route-of'
import type { AppEnv } from './router'

/** The caller as far as that got: none was looked for where the request was refused before. */
const callerOf = (c: Context<AppEnv>) => {
  const actor = c.get('ctx')?.actor ?? { kind: 'anonymous' as const }
  return {
    actorKind: actor.kind,
    userId: actor.kind === 'user' ? actor.userId : null,
    rejected: actor.kind === 'anonymous' ? actor.rejected?.definition.code : undefined,
  }
}

const toRefusal = (c: Context<AppEnv>, problem: Problem, route: string): Refusal => {
  const { id: requestId, traceparent } = c.get('request')
  const { rejected, ...caller } = callerOf(c)
  const outages = c.get('ctx')?.admission.outages ?? []
  const { title, code } = problem.definition
  return {
    id: c.env.ids.next(),
    requestId,
    occurredAt: c.env.clock.now().toISOString(),
    method: c.req.method,
    route,
    status: c.res.status,
    problem: code,
    facts: {
      title,
      ...explainProblem(problem),
      ...(rejected !== undefined && { rejected }),
      ...(outages.length > 0 && { outages }),
    },
    ...caller,
    traceId: traceIdOf(traceparent),
  }
}

/** Notes which check refused a request, after the answer was made. Of paths that there are not it is not worth it. */
export const noteRefusal = (c: Context<AppEnv>): void => {
  const problem = c.get('problem')
  if (!problem || c.env.config.EXPLANATIONS === 'off') return
  const isKnown = policyOf(c) !== undefined
  if (!isKnown && problem.definition.code === notFound.definition.code) return
  c.env.refusals.note(toRefusal(c, problem, isKnown ? routeOf(c) : '*'))
}
