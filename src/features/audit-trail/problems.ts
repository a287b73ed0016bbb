import { defineProblem } from '#core/problem'

/** There is such a record, and no seal covers it yet. */
export const recordNotSealed = defineProblem(
  'record-not-sealed',
  409,
  'The record is not sealed yet. Try again in a few minutes.',
)
