import * as z from 'zod'
import type { Server } from './server'

const Document = z.looseObject({
  openapi: z.string().startsWith('3.1'),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        requestBody: z
          .looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })) })
          .optional(),
        parameters: z.array(z.looseObject({ in: z.string(), name: z.string() })).optional(),
        security: z.array(z.record(z.string(), z.array(z.string()))),
        responses: z.record(z.string(), z.looseObject({ description: z.string().min(1) })),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
})

/** One route as the OpenAPI document of a server describes it. */
export interface Operation {
  /** `POST /v1/auth/login`, with `{id}` for what varies. */
  route: string
  method: string
  path: string
  /** Whether it takes JSON. */
  takesBody: boolean
  /** Whether it acts for a signed-in user. */
  needsUser: boolean
  statuses: string[]
  /** The fields that its JSON body may have, at the top. */
  bodyFields: string[]
  queryFields: string[]
}

type Schemas = Record<string, unknown>

/** The fields of every form that a schema has. */
const fieldsOf = (schema: unknown, schemas: Schemas): string[] => {
  const { $ref = '', properties = {}, anyOf = [], oneOf = [], allOf = [] } = Object(schema)
  const named = $ref === '' ? [] : fieldsOf(schemas[$ref.split('/').at(-1)], schemas)
  const forms = [...anyOf, ...oneOf, ...allOf].flatMap((form) => fieldsOf(form, schemas))
  return [...new Set([...Object.keys(properties), ...named, ...forms])]
}

/** Every route that a server says it has. */
export const listOperations = async (server: Server): Promise<Operation[]> => {
  const { paths, components } = Document.parse((await server.send('GET /openapi.json', { isAsset: true })).json)
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody, parameters = [], security, responses }]) => ({
      route: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      takesBody: requestBody !== undefined && 'application/json' in requestBody.content,
      needsUser: security.length > 0,
      statuses: Object.keys(responses),
      bodyFields: fieldsOf(requestBody?.content['application/json']?.schema, components.schemas),
      queryFields: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    })),
  )
}

/** A route with values for what varies in it, which name nothing that exists. */
export const fillRoute = (route: string): string =>
  route.replaceAll(/\{(id|\w+Id)\}/g, '00000000-0000-7000-8000-000000000000').replaceAll(/\{\w+\}/g, 'unknown')
