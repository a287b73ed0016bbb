import { defineProblem } from '#core/problem'

export const invalidCredentials = defineProblem(
  'invalid-credentials',
  401,
  'The e-mail address or the password is wrong.',
)
export const emailTaken = defineProblem('email-taken', 409, 'There is an account with this e-mail address.')
export const invalidEmailToken = defineProblem(
  'invalid-email-token',
  400,
  'This link is not valid, or was used, or has expired.',
)
export const passwordCheckUnavailable = defineProblem(
  'password-check-unavailable',
  503,
  'New passwords can’t be checked right now. Try again in a moment.',
)
export const invalidEmailCode = defineProblem(
  'invalid-email-code',
  400,
  'This code is not valid, or was used, or has expired.',
)
export const accountLocked = defineProblem(
  'account-locked',
  423,
  'Too many attempts failed. Wait, or open the link in our mail.',
)
