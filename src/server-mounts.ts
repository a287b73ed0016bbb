import type { Mount } from './compose-app'
import { measurements } from './features/operations/metrics-routes'

/** Routes that only a process has which outlives its requests: Workers know nothing of them. */
export const serverMounts: Mount[] = [['/', measurements]]
