import * as z from 'zod'
import { post } from '../runtimes/account'

/**
 * Clients that come back when their access token is due, each at its time, and try again when they are told to. In a process of its own,
 * since how many requests may be open at once is read when it starts (BUN_CONFIG_MAX_HTTP_REQUESTS).
 */
const Orders = z.object({
  url: z.string(),
  clients: z.array(z.object({ refreshToken: z.string(), dueMilliseconds: z.number() })),
})

/** What became of a client: when it was done, how long after its time, and what it was answered before. */
export const Outcome = z.object({
  status: z.int(),
  doneMilliseconds: z.number(),
  lateMilliseconds: z.number(),
  refusals: z.array(z.string()),
})
export type Outcome = z.output<typeof Outcome>

const Refusal = z.object({ code: z.string().optional() })

const mostTries = 20
const usualRetrySeconds = 1

/** Whole seconds are told; nobody waits exactly that long. */
const wait = (headers: Headers) =>
  Bun.sleep(1000 * ((Number(headers.get('retry-after')) || usualRetrySeconds) + Math.random()))

const comeBack = async (
  url: string,
  startsAt: number,
  refreshToken: string,
  dueMilliseconds: number,
): Promise<Outcome> => {
  await Bun.sleep(startsAt + dueMilliseconds - performance.now())
  const refusals: string[] = []
  for (;;) {
    const response = await post(url, '/auth/refresh', { refreshToken }).catch(() => undefined)
    const { code = '' } = Refusal.parse((await response?.json().catch(() => undefined)) ?? {})
    const status = response?.status ?? 0
    if (status === 200 || refusals.length === mostTries || (status !== 0 && status !== 429 && status !== 503)) {
      const doneMilliseconds = performance.now() - startsAt
      return { status, doneMilliseconds, lateMilliseconds: doneMilliseconds - dueMilliseconds, refusals }
    }
    refusals.push(`${status} ${code}`.trim())
    await wait(response?.headers ?? new Headers())
  }
}

if (import.meta.main) {
  const { url, clients } = Orders.parse(JSON.parse(await Bun.stdin.text()))
  const startsAt = performance.now() + 500
  const outcomes = await Promise.all(
    clients.map(({ refreshToken, dueMilliseconds }) => comeBack(url, startsAt, refreshToken, dueMilliseconds)),
  )
  console.log(JSON.stringify(outcomes))
}
