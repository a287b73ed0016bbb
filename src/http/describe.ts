import type { MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import type { ProblemFactory } from '#core/problem'

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
}

/** Says what a route is and answers, for `/openapi.json`; a test holds every route to having one. */
export const describe = (description: RouteDescription): MiddlewareHandler =>
  Object.assign<MiddlewareHandler, object>((_, next) => next(), { [routeDescription]: description })
