import { defineProblem } from '#core/problem'

export const invalidChallenge = defineProblem(
  'invalid-challenge',
  400,
  'This log-in was finished, or took too long. Log in again.',
)
export const invalidCode = defineProblem('invalid-code', 400, 'This code is not valid, or was used.')
export const invalidPasskey = defineProblem('invalid-passkey', 400, 'This passkey was not accepted.')
export const secondFactorLocked = defineProblem(
  'second-factor-locked',
  423,
  'Too many codes were wrong. Wait before you try again.',
)
export const secondFactorsOff = defineProblem('second-factors-off', 403, 'Second factors are switched off here.')
export const secondFactorRequired = defineProblem(
  'second-factor-required',
  409,
  'You must have a second factor. Add another one before you remove this.',
)
export const tooManyAuthenticators = defineProblem(
  'too-many-authenticators',
  409,
  'You have as many as there may be. Remove one first.',
)
export const passkeyTaken = defineProblem('passkey-taken', 409, 'This passkey is registered already.')
export const lastWayIn = defineProblem(
  'last-way-in',
  409,
  'This is your last way to log in. Set a password or add another passkey first.',
)
