import type { Result, Router } from 'hono/router'

/** Paths that say all of themselves; others have parameters, wildcards or optional parts. */
const isWritten = (path: string) => !/[:*?{]/.test(path)

/**
 * A router that looks once for each path that is written out in a route, by method: most requests are for such. Callers can't make it
 * remember others, so it grows no further than there are routes.
 */
export const rememberRoutes = <Target>(router: Router<Target>): Router<Target> => {
  const written = new Set<string>()
  const found: Record<string, Map<string, Result<Target>> | undefined> = {
    __proto__: null,
    GET: new Map(),
    POST: new Map(),
    PUT: new Map(),
    PATCH: new Map(),
    DELETE: new Map(),
    OPTIONS: new Map(),
  }
  return {
    name: router.name,
    add: (method, path, target) => {
      if (isWritten(path)) written.add(path)
      router.add(method, path, target)
    },
    match: (method, path) => {
      const known = found[method]
      const remembered = known?.get(path)
      if (remembered) return remembered
      const result = router.match(method, path)
      if (written.has(path)) known?.set(path, result)
      return result
    },
  }
}
