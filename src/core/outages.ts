import type { Context } from './context'
import type { Dependency, OutageMode } from './platform'
import { modeOf } from './route-policies'

/** What to do without a dependency, by the table of routes; it is counted, and the answer and the log say so once. */
export const modeWithout = (ctx: Context, dependency: Dependency): OutageMode => {
  const mode = modeOf(ctx.config, ctx.admission.policy, dependency)
  const { outages } = ctx.admission
  if (!outages.includes(`${dependency}:${mode}`)) outages.push(`${dependency}:${mode}`)
  ctx.outages.note(dependency, mode)
  return mode
}
