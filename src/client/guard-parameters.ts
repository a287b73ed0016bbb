const toSegment = (name: string, value: string): string => {
  if (['', '.', '..'].includes(value)) throw new TypeError(`The path parameter "${name}" can't be "${value}".`)
  return encodeURIComponent(value)
}

const encodeParameters = (input: unknown): unknown => {
  if (typeof input !== 'object' || input === null || !('param' in input)) return input
  const given = Object.entries(input.param ?? {})
  return { ...input, param: Object.fromEntries(given.map(([name, value]) => [name, toSegment(name, String(value))])) }
}

/**
 * Encodes path parameters, which `hc` puts into the address as they are: an id of `../me` would reach another route,
 * and an empty one the list that it is in. A call with one that can't be a path segment throws a TypeError.
 */
export const guardParameters = <Node extends object>(node: Node): Node =>
  new Proxy(node, {
    get(target, key) {
      const next: unknown = Reflect.get(target, key)
      return typeof next === 'function' ? guardParameters(next) : next
    },
    apply(target, self, [input, ...rest]) {
      return typeof target === 'function' ? Reflect.apply(target, self, [encodeParameters(input), ...rest]) : undefined
    },
  })
