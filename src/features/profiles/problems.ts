import { defineProblem } from '#core/problem'

export const emailUnverified = defineProblem(
  'email-unverified',
  403,
  'Prove your e-mail address first: open the link in our mail.',
)
