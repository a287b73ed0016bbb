import { readOutages } from '#core/outages'
import { hasRoute } from '#http/has-route'
import type { Router } from '#http/router'
import { createOutageMeter } from '#platform/outage-meter'
import { systemClock } from '#platform/system'
import { isAnnexed } from './annex-paths'
import { composeApp } from './compose-app'
import { type BoundWorker, createEdgeWorker, type EdgeBindings, type EdgeWorker } from './edge-worker'
import { hotMounts } from './hot-mounts'

interface Bindings extends EdgeBindings {
  /** The Worker that answers for what is in the annex (src/worker-annex.ts). */
  ANNEX: BoundWorker
}

const hotApp = composeApp(hotMounts)

/** All but the hot routes is read and evaluated when it is asked for first, which spares each start of the Worker the time. */
const findRouter = async (request: Request): Promise<Router> => {
  if (hasRoute(hotApp, request.method, hotApp.getPath(request))) return hotApp
  const { everydayApp } = await import('./everyday-app')
  return everydayApp
}

const outages = createOutageMeter(systemClock)
const worker = createEdgeWorker(findRouter, outages)

/** Where an answer leads is for the caller to follow. What it did without is counted here, where operators ask. */
const passOn = async (request: Request, { ANNEX }: Bindings): Promise<Response> => {
  const answer = await ANNEX.fetch(request, { redirect: 'manual' })
  for (const { dependency, mode } of readOutages(answer.headers)) outages.note(dependency, mode)
  return answer
}

export default {
  /** The path is read by the router itself, so that no way of writing it is the annex's here and nobody's there. */
  fetch: (request, bindings, execution) =>
    isAnnexed(request.method, hotApp.getPath(request))
      ? passOn(request, bindings)
      : worker.fetch(request, bindings, execution),
} satisfies EdgeWorker<Bindings>
