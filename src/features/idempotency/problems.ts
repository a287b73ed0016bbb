import { defineProblem } from '#core/problem'

export const idempotencyKeyReused = defineProblem(
  'idempotency-key-reused',
  422,
  'This idempotency key came with another request before. Take a new one.',
)
