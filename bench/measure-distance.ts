import { generousLimits } from '../test/budgets/measure-costs'
import { createWireCounter } from '../test/budgets/wire-counter'
import { openOwnRedis } from '../test/runtimes/redis-setting'
import { openTcpProxy, type TcpProxy } from '../test/runtimes/tcp-proxy'
import { openBetterAuth } from './contenders/better-auth'
import { openHandWritten } from './contenders/hand-written'
import { names, posternWithRedis } from './contenders/names'
import { openPostern } from './contenders/postern'
import { type Connection, openConnection } from './load/connection'
import { type Lane, type Operation, sendNext, type Through } from './load/lane'
import { median } from './rate'

export const roundTripMs = 20
/** Enough that each statement is prepared on each connection, even if they are taken in turn. */
const warmingRounds = 15
const measuredRounds = 9

/** What one operation costs where the database is far away. */
export interface Distance {
  operation: Operation
  contender: string
  medianMs: number
  waits: number
  statements: number
  commands: number
}

/** A contender behind proxies that can be slow, and that count. */
interface Distant {
  lanes: Lane[]
  counter: ReturnType<typeof createWireCounter>
  proxies: TcpProxy[]
}

const place = async (
  resources: AsyncDisposableStack,
  start: (through: Through, throughRedis: Through) => Promise<Lane[]>,
): Promise<Distant> => {
  const counter = createWireCounter()
  const proxies: TcpProxy[] = []
  const behind = (tap: typeof counter.tapPostgres) => async (url: string) => {
    const proxy = resources.use(await openTcpProxy(url, tap))
    proxies.push(proxy)
    return proxy.through(url)
  }
  const lanes = await start(behind(counter.tapPostgres), behind(counter.tapRedis))
  return { lanes, counter, proxies }
}

const placePosternWithRedis = async (resources: AsyncDisposableStack): Promise<Distant[]> => {
  const redis = await openOwnRedis().catch(() => undefined)
  if (!redis) return []
  resources.use(redis)
  const placed = await place(resources, async (through, throughRedis) => {
    const more = { ...generousLimits, RATE_LIMITS: 'on', REDIS_URL: await throughRedis(redis.url) }
    return openPostern(resources, { through, more, contender: posternWithRedis })
  })
  return [placed]
}

const placeAll = async (resources: AsyncDisposableStack): Promise<Distant[]> => [
  await place(resources, (through) => openPostern(resources, { through })),
  ...(await placePosternWithRedis(resources)),
  await place(resources, (through) => openBetterAuth(resources, names.drizzle, through)),
  await place(resources, (through) => openBetterAuth(resources, names.pg, through)),
  await place(resources, (through) => openHandWritten(resources, through)),
]

const warm = async ({ lanes }: Distant): Promise<void> => {
  for (const lane of lanes) {
    using connection = await openConnection(lane.server.url)
    await lane.prepare?.(warmingRounds)
    for (let round = 0; round < warmingRounds; round += 1) await sendNext(lane, connection, round)
  }
}

const measureOnce = async (lane: Lane, connection: Connection, { counter }: Distant, person: number) => {
  counter.reset()
  const startedAt = performance.now()
  if (!(await sendNext(lane, connection, person))) throw new Error(`${lane.contender} has nothing to ask.`)
  return { ms: performance.now() - startedAt, ...counter.count() }
}

const measureLane = async (lane: Lane, distant: Distant): Promise<Distance> => {
  using connection = await openConnection(lane.server.url)
  await lane.prepare?.(measuredRounds)
  for (const proxy of distant.proxies) proxy.delayMs = roundTripMs / 2
  const rounds: Awaited<ReturnType<typeof measureOnce>>[] = []
  for (let round = 0; round < measuredRounds; round += 1) {
    rounds.push(await measureOnce(lane, connection, distant, round))
  }
  for (const proxy of distant.proxies) proxy.delayMs = 0
  return {
    ...{ operation: lane.operation, contender: lane.contender },
    medianMs: median(rounds.map(({ ms }) => ms)),
    waits: median(rounds.map(({ waits }) => waits)),
    statements: median(rounds.map(({ statements }) => statements)),
    commands: median(rounds.map(({ commands }) => commands)),
  }
}

/** What each operation takes one at a time with Postgres, and Redis where it counts, so far away. */
export const measureDistances = async (): Promise<Distance[]> => {
  await using resources = new AsyncDisposableStack()
  const placed = await placeAll(resources)
  for (const distant of placed) await warm(distant)
  const distances: Distance[] = []
  for (const distant of placed) {
    for (const lane of distant.lanes) distances.push(await measureLane(lane, distant))
  }
  return distances
}
