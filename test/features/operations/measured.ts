import type { Platform } from '#core/platform'
import { noTelemetry } from '#core/telemetry'
import { createMeasurements } from '#platform/measurements'
import { createRegistry, type Registry } from '#platform/metric-registry'
import type { World } from '../../platform'

/** What every counter stands at, by its name and labels as Prometheus writes them. */
const countsIn = (registry: Registry): Map<string, number> =>
  new Map(
    registry.list().flatMap(({ name, definition, series }) =>
      definition.kind !== 'counter'
        ? []
        : series.map(({ labels, value }): [string, number] => {
            const pairs = definition.labels.map((label, index) => `${label}=${labels[index]}`)
            return [`${name}{${pairs.join()}}`, value]
          }),
    ),
  )

/** An instance in a world whose measurements are at hand, with these parts beside. */
export const measured = (world: World, parts: Partial<Platform> = {}) => {
  const registry = createRegistry()
  const measurements = createMeasurements(registry, world.clock, () => {})
  const telemetry = { ...noTelemetry, meter: registry, measurements }
  return {
    world: world.startAnother({}, { telemetry, ...parts }),
    registry,
    /** How far counters of these names moved by what was done. */
    moved: async (names: RegExp, act: () => Promise<unknown>): Promise<Record<string, number>> => {
      const before = countsIn(registry)
      await act()
      return Object.fromEntries(
        [...countsIn(registry)]
          .map(([key, value]): [string, number] => [key, value - (before.get(key) ?? 0)])
          .filter(([key, by]) => by !== 0 && names.test(key)),
      )
    },
  }
}
