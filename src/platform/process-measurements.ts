import type { Config } from '#core/config'
import type { Measurements } from '#core/measurements'
import type { Meter } from '#core/metrics'
import type { Clock, OutageMeter } from '#core/platform'
import { noMeter } from '#core/telemetry'
import { version } from '../../package.json'
import { createMeasurements } from './measurements'
import { createRegistry, type Registry } from './metric-registry'

const inForceMs = 60_000

/** How often the event loop is asked whether it is late. */
const loopSampleMs = 250

/** What can be looked at without asking anybody. */
export interface Sources {
  clock: Clock
  outages: OutageMeter
  /** Of the database, unless it is embedded. */
  pool: (() => { lent: number; idle: number; waiting: number }) | undefined
  hashes: () => { running: number; waiting: number }
  /** Requests that are being answered; absent where none are. */
  inFlight: (() => number) | undefined
}

const samplePool = ({ set }: Registry, pool: NonNullable<Sources['pool']>): void => {
  const { lent, idle, waiting } = pool()
  set('db_pool_connections', { state: 'lent' }, lent)
  set('db_pool_connections', { state: 'idle' }, idle)
  set('db_pool_waiting', {}, waiting)
}

const sampleOutages = ({ set }: Registry, { outages, clock }: Sources): void => {
  const recent = clock.now().getTime() - inForceMs
  for (const { dependency, mode, lastAt } of outages.list()) {
    set('degraded_modes', { dependency, mode }, lastAt.getTime() > recent ? 1 : 0)
  }
}

const sample = (registry: Registry, sources: Sources): void => {
  const { set } = registry
  const { running, waiting } = sources.hashes()
  set('hash_gate_running', {}, running)
  set('hash_gate_waiting', {}, waiting)
  if (sources.inFlight) set('http_requests_in_flight', {}, sources.inFlight())
  if (sources.pool) samplePool(registry, sources.pool)
  sampleOutages(registry, sources)
  set('process_resident_memory_bytes', {}, process.memoryUsage.rss())
}

/** Notes how late a timer runs, which is how long others kept the process from it. */
const watchEventLoop = ({ observe }: Meter) => {
  let due = performance.now() + loopSampleMs
  const timer = setInterval(() => {
    const now = performance.now()
    observe('event_loop_delay_seconds', {}, Math.max(0, now - due) / 1000)
    due = now + loopSampleMs
  }, loopSampleMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Measures a process of Bun, unless METRICS says not to. */
export const measureProcess = (
  { METRICS }: Config,
  sources: Sources,
): { meter: Meter; measurements: Measurements | undefined; close: () => void } => {
  if (METRICS === 'off') return { meter: noMeter, measurements: undefined, close: () => {} }
  const registry = createRegistry()
  registry.set('postern_info', { version, runtime: 'bun' }, 1)
  registry.set('process_start_time_seconds', {}, performance.timeOrigin / 1000)
  const close = watchEventLoop(registry)
  return {
    meter: registry,
    measurements: createMeasurements(registry, sources.clock, () => sample(registry, sources)),
    close,
  }
}
