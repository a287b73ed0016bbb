import type { Mount } from './compose-app'
import { measurements } from './features/operations/metrics-routes'
import { health } from './features/operations/routes'

/** Routes of a process that only works jobs: for those who watch it. */
export const workerMounts: Mount[] = [
  ['/health', health],
  ['/', measurements],
]
