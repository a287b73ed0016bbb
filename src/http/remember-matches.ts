import type { Result, Router } from 'hono/router'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Paths that say all of themselves; others have parameters, wildcards or optional parts. */
const isWritten = (path: string) => !/[:*?{]/.test(path)

/**
 * A router that looks once for each path that is written out in a route, by method: most requests are for such. Callers can't make it
 * remember others, so it grows no further than there are routes.
 */
export const rememberMatches = <Target>(router: Router<Target>): Router<Target> => {
  const written = new Set<string>()
  const found = new Map(methods.map((method) => [method, new Map<string, Result<Target>>()]))
  return {
    name: router.name,
    add: (method, path, target) => {
      if (isWritten(path)) written.add(path)
      router.add(method, path, target)
    },
    match: (method, path) => {
      const known = found.get(method)
      const remembered = known?.get(path)
      if (remembered) return remembered
      const result = router.match(method, path)
      if (written.has(path)) known?.set(path, result)
      return result
    },
  }
}
