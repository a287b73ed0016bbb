import type { Dependency } from './platform'
import type { SpanAttributes } from './telemetry'

/** Whom a request or a job waits for. */
export type Callee = Dependency | 'hash' | 'outside'

/** As OpenTelemetry's conventions name them: those for databases, and a peer for all others. */
const describeCall = (callee: Callee, name: string): SpanAttributes => {
  if (callee === 'postgres') return { 'db.system.name': 'postgresql', 'db.query.summary': name }
  if (callee === 'redis') return { 'db.system.name': 'redis', 'db.operation.name': name }
  return callee === 'hash' ? {} : { 'peer.service': callee === 'provider' ? name : callee }
}

const described = new Map<string, SpanAttributes>()

/** What is told of a call: the same for each of a name, of which the code has few. */
export const attributesOf = (callee: Callee, name: string): SpanAttributes => {
  const key = `${callee} ${name}`
  const known = described.get(key)
  if (known) return known
  const attributes = Object.freeze(describeCall(callee, name))
  described.set(key, attributes)
  return attributes
}
