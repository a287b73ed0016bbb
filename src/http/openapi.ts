import type { RouterRoute } from 'hono/types'
import * as z from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { ProblemFactory } from '#core/problem'
import {
  crossSiteRequest,
  databaseUnavailable,
  impersonationRefused,
  invalidAccessToken,
  invalidApiKey,
  invalidRequest,
  limitsUnavailable,
  malformedRequest,
  multipleCredentials,
  networkNotAllowed,
  notFound,
  overloaded,
  payloadTooLarge,
  rateLimited,
  unauthenticated,
  unexpected,
  unsupportedMediaType,
} from '#core/problems'
import { routePolicies } from '#core/route-policies'
import { type Answer, type RouteDescription, routeDescription, type ValidatedPart, validatedPart } from './describe'
import { operationIdOf } from './operation-id'

const ProblemDetails = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'The stable machine word.' }),
    detail: z.string(),
    instance: z.string(),
    requestId: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Each faulty field by JSON pointer (only with 422).' }),
  })
  .loose()
  .meta({ id: 'Problem', description: 'RFC 9457.' })

interface DescribedRoute {
  method: string
  path: string
  description: RouteDescription
  parts: ValidatedPart[]
}

const carried = <Value>(handler: object, key: symbol): Value | undefined =>
  // Only `describe` and `validate` write under these symbols.
  (handler as Record<symbol, Value | undefined>)[key]

/** Gathers the routes of a router with what `describe` and `validate` say of them, in the order they were mounted. */
export const listDescribedRoutes = (routes: RouterRoute[]): DescribedRoute[] => {
  const described = new Map<string, DescribedRoute>()
  for (const { method, path, handler } of routes) {
    const key = `${method} ${path}`
    const description = carried<RouteDescription>(handler, routeDescription)
    if (description) described.set(key, { method, path, description, parts: [] })
    const part = carried<ValidatedPart>(handler, validatedPart)
    if (part) described.get(key)?.parts.push(part)
  }
  return [...described.values()]
}

/** Whether `attach-context` refuses a route to who acts as somebody else. */
const isWalled = (method: string, path: string): boolean => {
  const open = routePolicies[`${method} ${path}`]?.impersonated
  return method === 'GET' ? open === false : open !== true
}

/** What any route of a kind may answer beside its own problems. */
const commonProblems = ({ method, description, parts, path }: DescribedRoute): ProblemFactory[] => [
  ...(parts.some(({ target }) => target === 'json')
    ? [malformedRequest, payloadTooLarge, unsupportedMediaType, invalidRequest]
    : []),
  ...(parts.some(({ target }) => target === 'query') ? [invalidRequest] : []),
  ...(parts.some(({ target }) => target === 'param') ? [notFound] : []),
  ...(description.caller === 'user'
    ? [unauthenticated, invalidAccessToken, invalidApiKey, networkNotAllowed, multipleCredentials]
    : []),
  ...(description.caller === 'user' && method !== 'GET' ? [crossSiteRequest] : []),
  ...(isWalled(method, path) ? [impersonationRefused] : []),
  ...(routePolicies[`${method} ${path}`]?.limits.length ? [rateLimited, limitsUnavailable] : []),
  ...(path.startsWith('/v1/auth/') ? [overloaded] : []),
  ...(path === '/health/live' ? [] : [databaseUnavailable, overloaded]),
  unexpected,
]

const toResponse = ({ description, schema, mediaType = 'application/json' }: Answer) => ({
  description,
  ...(schema && { content: { [mediaType]: { schema } } }),
})

/** RFC 6749, section 5.2. */
const OauthError = z.object({ error: z.string(), error_description: z.string() }).meta({ id: 'OauthError' })

const toProblemResponses = (problems: ProblemFactory[], isOauth = false) => {
  const byStatus = Map.groupBy(new Set(problems), ({ definition }) => definition.status)
  return Object.fromEntries(
    [...byStatus].map(([status, kinds]) => [
      String(status),
      {
        description: kinds.map(({ definition }) => `\`${definition.code}\`: ${definition.title}`).join(' '),
        content: isOauth
          ? { 'application/json': { schema: OauthError } }
          : { 'application/problem+json': { schema: ProblemDetails } },
      },
    ]),
  )
}

const toPathTemplate = (path: string) => path.replaceAll(/:(\w+)/g, '{$1}')

const toRequestBody = (body: ValidatedPart | undefined, fileTypes: readonly string[] = []) => {
  const documents = body?.mediaTypes.map((type) => [type, { schema: body.schema }] as const) ?? []
  const files = fileTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } as const }] as const)
  const content = { ...Object.fromEntries(documents), ...Object.fromEntries(files) }
  return Object.keys(content).length > 0 ? { requestBody: { required: true, content } } : {}
}

const toOperation = (route: DescribedRoute): ZodOpenApiOperationObject => {
  const { method, path, description, parts } = route
  const partOf = (target: ValidatedPart['target']) => parts.find((part) => part.target === target)
  const [body, query, params] = [partOf('json'), partOf('query')?.schema, partOf('param')?.schema]
  const asObject = (schema: z.ZodType) => (schema instanceof z.ZodObject ? schema : z.object({}))
  const answers = Object.entries(description.answers).map(([status, answer]) => [status, toResponse(answer)])
  return {
    operationId: operationIdOf(method, path),
    summary: description.summary,
    ...(description.description && { description: description.description }),
    tags: [path.replace(/^\/v1/, '').split('/')[1] ?? 'root'],
    security: description.caller === 'user' ? [{ bearer: [] }, { cookie: [] }] : [],
    ...((query || params) && {
      requestParams: { ...(query && { query: asObject(query) }), ...(params && { path: asObject(params) }) },
    }),
    ...toRequestBody(body, description.fileTypes),
    responses: {
      ...Object.fromEntries(answers),
      ...toProblemResponses(
        [...(description.problems ?? []), ...commonProblems(route)],
        routePolicies[`${method} ${path}`]?.isOauth,
      ),
    },
  }
}

/**
 * Builds the OpenAPI 3.1 document from the router itself: the schemas that validate and the answers that routes declare.
 * @param baseUrl the public address
 */
export const createOpenApiDocument = (routes: RouterRoute[], baseUrl: string) => {
  const paths: ZodOpenApiPathsObject = {}
  for (const route of listDescribedRoutes(routes)) {
    const template = toPathTemplate(route.path)
    paths[template] = { ...paths[template], [route.method.toLowerCase()]: toOperation(route) }
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Postern',
      version: '1',
      description: 'Identity at the edge: accounts, sessions and profiles. Errors are RFC 9457 problems.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: baseUrl }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The access token, or an API key.',
        },
        cookie: { type: 'apiKey', in: 'cookie', name: '__Host-access', description: 'The same token, for browsers.' },
      },
    },
  })
}
