import * as z from 'zod'
import type { Server } from './server'

const Document = z.looseObject({
  openapi: z.string().startsWith('3.1'),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        requestBody: z.looseObject({}).optional(),
        security: z.array(z.record(z.string(), z.array(z.string()))),
        responses: z.record(z.string(), z.looseObject({ description: z.string().min(1) })),
      }),
    ),
  ),
})

/** One route as the OpenAPI document of a server describes it. */
export interface Operation {
  /** `POST /v1/auth/login`, with `{id}` for what varies. */
  route: string
  method: string
  path: string
  takesBody: boolean
  /** Whether it acts for a signed-in user. */
  needsUser: boolean
  statuses: string[]
}

/** Every route that a server says it has. */
export const listOperations = async (server: Server): Promise<Operation[]> => {
  const { paths } = Document.parse((await server.send('GET /openapi.json', { isAsset: true })).json)
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody, security, responses }]) => ({
      route: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      takesBody: requestBody !== undefined,
      needsUser: security.length > 0,
      statuses: Object.keys(responses),
    })),
  )
}

/** A route with values for what varies in it, which name nothing that exists. */
export const fillRoute = (route: string): string =>
  route.replaceAll('{id}', '00000000-0000-7000-8000-000000000000').replaceAll(/\{\w+\}/g, 'unknown')
