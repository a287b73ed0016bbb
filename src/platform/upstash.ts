import { Redis } from '@upstash/redis/cloudflare'

export interface UpstashOptions {
  url: string
  token: string
  /** How long one answer may take. */
  timeoutMs: number
}

/**
 * Redis over HTTP. A command is sent once: a retry would count a use twice whose answer was lost. The signal is made for
 * each command, since with one for all a missed deadline looks like an empty answer. One command for each request, so
 * nothing is pipelined with a stranger's.
 */
export const openUpstash = ({ url, token, timeoutMs }: UpstashOptions): Redis =>
  new Redis({
    url,
    token,
    retry: { retries: 0 },
    signal: () => AbortSignal.timeout(timeoutMs),
    enableAutoPipelining: false,
    enableTelemetry: false,
    responseEncoding: false,
  })
