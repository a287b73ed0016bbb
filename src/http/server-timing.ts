import type { Context } from 'hono'
import { isSameSecret } from '#core/secrets'
import type { AppEnv } from './router'

/** Whom a request waits for, by the names that `Server-Timing` has for them. */
const parts = [
  ['db', 'postgres'],
  ['redis', 'redis'],
  ['hash', 'hash'],
] as const

/** How long an answer took tells strangers too much. An operator shows OPERATOR_TOKEN, beside whatever the request is made with. */
const mayKnow = ({ env: { config }, req }: Context<AppEnv>): boolean | Promise<boolean> => {
  if (config.ENVIRONMENT === 'development') return true
  const shown = req.header('x-operator-token')
  return shown && config.OPERATOR_TOKEN ? isSameSecret(shown, config.OPERATOR_TOKEN) : false
}

const tell = (c: Context<AppEnv>, entry: string): void => c.res.headers.append('server-timing', entry)

const tellParts = (c: Context<AppEnv>, durationMs: number): void => {
  const observation = c.get('observation')
  tell(c, `total;dur=${durationMs}`)
  for (const [name, callee] of parts) {
    const calls = observation.calls(callee)
    if (calls > 0) tell(c, `${name};dur=${observation.spent(callee).toFixed(1)};desc="${calls}"`)
  }
}

/**
 * Tells developers and operators how long the answer took and what it waited for, and everybody what it did without
 * (Server Timing, W3C).
 */
export const tellTiming = async (c: Context<AppEnv>, durationMs: number): Promise<void> => {
  const allowed = mayKnow(c)
  if (typeof allowed === 'boolean' ? allowed : await allowed) tellParts(c, durationMs)
  for (const outage of c.get('ctx')?.admission.outages ?? []) {
    const [dependency, mode] = outage.split(':')
    tell(c, `${dependency};desc="${mode}"`)
  }
}
