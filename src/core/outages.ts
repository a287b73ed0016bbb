import type { Context } from './context'
import type { Dependency, OutageMode } from './platform'
import { modeOf } from './route-policies'

export const dependencies: Dependency[] = [
  'postgres',
  'redis',
  'mail',
  'captcha',
  'breaches',
  'provider',
  'blobs',
  'dns',
]
const modes: OutageMode[] = ['closed', 'open', 'local', 'queued']

/** What an answer of ours says that it did without. */
export const readOutages = (headers: Headers): { dependency: Dependency; mode: OutageMode }[] => {
  const timing = headers.get('server-timing') ?? ''
  return dependencies.flatMap((dependency) =>
    modes.filter((mode) => timing.includes(`${dependency};desc="${mode}"`)).map((mode) => ({ dependency, mode })),
  )
}

/** Counts that something was done without a dependency. */
export const noteOutage = (
  { outages, telemetry }: Pick<Context, 'outages' | 'telemetry'>,
  dependency: Dependency,
  mode: OutageMode,
): void => {
  outages.note(dependency, mode)
  telemetry.meter.add('degraded_total', { dependency, mode })
}

/** What to do without a dependency, by the table of routes; it is counted, and the answer and the log say so once. */
export const modeWithout = (ctx: Context, dependency: Dependency): OutageMode => {
  const mode = modeOf(ctx.config, ctx.admission.policy, dependency)
  const { outages } = ctx.admission
  if (!outages.includes(`${dependency}:${mode}`)) outages.push(`${dependency}:${mode}`)
  noteOutage(ctx, dependency, mode)
  return mode
}
