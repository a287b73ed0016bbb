import { defineProblem } from '#core/problem'

export const notReady = defineProblem('not-ready', 503, 'A dependency is not ready.')
