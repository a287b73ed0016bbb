import { createOpenApiDocument, listDescribedRoutes } from '#http/openapi'
import { app } from '../../src/app'

const { paths = {} } = createOpenApiDocument(app.routes, 'https://id.example.com')

const routes = listDescribedRoutes(app.routes).map(({ method, path, description }) => {
  const operations = new Map(Object.entries(paths[path.replaceAll(/:(\w+)/g, '{$1}')] ?? {}))
  const { responses = {} } = operations.get(method.toLowerCase()) ?? {}
  return {
    method,
    pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`),
    answers: new Map(Object.entries(description.answers)),
    statuses: Object.keys(responses),
  }
})

/** Throws when a route answers what it does not declare: another status, or a success of another shape. */
export const holdToDeclaration = (
  method: string,
  path: string,
  { status, body }: { status: number; body: unknown },
) => {
  const route = routes.find((route) => route.method === method && route.pattern.test(path))
  if (!route) return
  if (!route.statuses.includes(String(status))) throw new Error(`${method} ${path} does not declare a ${status}.`)
  if (body !== undefined) route.answers.get(String(status))?.schema?.parse(body)
}
