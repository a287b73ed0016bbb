import { invalidAccessToken, multipleCredentials, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { getPublicProfile } from './get-public-profile'
import { PublicProfile, UserId } from './public-contract'

export const people = createRouter().get(
  '/users/:id',
  describe({
    summary: 'What somebody shows of themselves',
    description:
      'Who is signed in sees what is for `users`, all others what is for `everyone`. What is not set and what is not shown are both null.',
    caller: 'anyone',
    answers: { 200: { description: 'The profile, as the caller may see it.', schema: PublicProfile } },
    problems: [sessionRevoked, invalidAccessToken, multipleCredentials],
  }),
  validate('param', UserId),
  async (c) => c.json(await getPublicProfile(c.get('ctx'), c.req.valid('param')), 200),
)
