import type { Result, Router } from 'hono/router'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Paths that say all of themselves; others have parameters, wildcards or optional parts. */
const isWritten = (path: string) => !/[:*?{]/.test(path)

/**
 * A router that is put up by its first request, and looks once for each path that is written out in a route, by method: most requests
 * are for such. Callers can't make it remember others, so it grows no further than there are routes.
 */
export const rememberMatches = <Target>(router: Router<Target>): Router<Target> => {
  const waiting: Parameters<Router<Target>['add']>[] = []
  const written = new Set<string>()
  const found = new Map(methods.map((method) => [method, new Map<string, Result<Target>>()]))
  const putUp = () => {
    for (const route of waiting.splice(0)) {
      if (isWritten(route[1])) written.add(route[1])
      router.add(...route)
    }
  }
  return {
    name: router.name,
    add: (...route) => {
      waiting.push(route)
    },
    match: (method, path) => {
      const known = found.get(method)
      const remembered = known?.get(path)
      if (remembered) return remembered
      if (waiting.length > 0) putUp()
      const result = router.match(method, path)
      if (written.has(path)) known?.set(path, result)
      return result
    },
  }
}
