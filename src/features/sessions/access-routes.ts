import { sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { OwnAccess } from './access-contract'
import { getAccess } from './get-access'

export const ownAccess = createRouter().get(
  '/me/access',
  describe({
    summary: 'What I may do',
    description: 'As of now: access tokens say the same from their next refresh on.',
    caller: 'user',
    answers: { 200: { description: 'My roles and what they allow.', schema: OwnAccess } },
    problems: [sessionRevoked],
  }),
  async (c) => c.json(await getAccess(c.get('ctx')), 200),
)
