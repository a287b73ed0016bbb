import { defineProblem } from '#core/problem'

export const invalidRedirect = defineProblem('invalid-redirect', 400, 'Nobody may be sent back to this address.')
export const invalidLogInFlow = defineProblem(
  'invalid-log-in-flow',
  400,
  'This log-in was begun elsewhere, was finished, or took too long. Begin again.',
)
export const providerTokenExpired = defineProblem(
  'provider-token-expired',
  409,
  'The other provider’s token has expired, and it gives no more. Log in there again.',
)
export const invalidIdentityCode = defineProblem(
  'invalid-identity-code',
  400,
  'This code is not valid, or was used, or has expired. Begin again.',
)
export const identityConflict = defineProblem(
  'identity-conflict',
  409,
  'There is an account with this e-mail address. Log in to it, then link the other provider.',
)
export const identityUnproved = defineProblem(
  'identity-unproved',
  403,
  'The other provider does not vouch for an e-mail address. Register with one, then link the provider.',
)
export const identityTaken = defineProblem(
  'identity-taken',
  409,
  'This account of the other provider is linked to another account here.',
)
export const invalidIdToken = defineProblem('invalid-id-token', 400, 'The provider’s token was not accepted.')
export const invalidLogOutToken = defineProblem('invalid-log-out-token', 400, 'The logout token was not accepted.')
