import type { Context } from './context'
import type { Dependency, OutageMode } from './platform'
import { modeOf } from './route-policies'

/** What to do without a dependency, by the table of routes; it is counted, and the answer and the log say so. */
export const modeWithout = (ctx: Context, dependency: Dependency): OutageMode => {
  const mode = modeOf(ctx.config, ctx.admission.policy, dependency)
  ctx.admission.outages.push(`${dependency}:${mode}`)
  ctx.outages.note(dependency, mode)
  return mode
}
