import type { Context, MiddlewareHandler, Next } from 'hono'
import { routePath } from 'hono/route'
import type * as z from 'zod'
import type { ProblemFactory } from '#core/problem'
import type { Trace } from '#core/telemetry'
import { operationIdOf } from './operation-id'
import type { AppEnv } from './router'

export interface Answer {
  description: string
  /** The JSON body; absent when there is none, or when `mediaType` is not JSON. */
  schema?: z.ZodType
  /** `application/json` unless said. */
  mediaType?: string
  headers?: Record<string, string>
}

export interface RouteDescription {
  summary: string
  description?: string
  /** Whether a signed-in user, nobody, or either may call; it decides the security scheme and the 401. */
  caller: 'anyone' | 'user'
  /** The media types of a file that the route takes as its body. */
  fileTypes?: readonly string[]
  /** Successful answers by status. */
  answers: Record<number, Answer>
  /** Problems of this route beside those that every route of its kind has. */
  problems?: ProblemFactory[]
}

/** What a handler carries for the OpenAPI document. */
export const routeDescription = Symbol('route description')
export const validatedPart = Symbol('validated part of the request')

export interface ValidatedPart {
  target: 'json' | 'query' | 'param'
  schema: z.ZodType
  /** What a body may be sent as; the first is the usual one. */
  mediaTypes: string[]
}

/** What the route is about is a span of its own, which everything is part of that it asks of others. */
const traceUseCase = async (
  c: Context<AppEnv>,
  next: Next,
  trace: Trace,
  names: Map<string, string>,
): Promise<void> => {
  const observation = c.get('observation')
  const name = names.get(c.req.method) ?? operationIdOf(c.req.method, routePath(c))
  names.set(c.req.method, name)
  const useCase = trace.start(name, 'internal')
  observation.useCase = useCase
  await next()
  observation.useCase = undefined
  useCase.end({ failed: c.res.status >= 500 })
}

/** Says what a route is and answers, for `/openapi.json`; a test holds every route to having one. */
export const describe = (description: RouteDescription): MiddlewareHandler => {
  /** What it is called, by method. */
  const names = new Map<string, string>()
  const handle: MiddlewareHandler<AppEnv> = (c, next) => {
    const { trace } = c.get('observation')
    return trace ? traceUseCase(c, next, trace, names) : next()
  }
  return Object.assign<MiddlewareHandler, object>(handle, { [routeDescription]: description })
}
