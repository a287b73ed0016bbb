import { defineProblem } from '#core/problem'

export const invalidRefreshToken = defineProblem(
  'invalid-refresh-token',
  401,
  'The refresh token is not valid, or no longer.',
)
