import { defineProblem } from '#core/problem'

export const targetAboveOwn = defineProblem(
  'target-above-own',
  403,
  'This person may do what you may not, so you may not do this to them.',
)
export const ownAccount = defineProblem('own-account', 409, 'This can’t be done to one’s own account.')
export const accountNotOpen = defineProblem('account-not-open', 409, 'This account is banned or closed.')
