import { insufficientUserAuthentication, sessionRevoked } from '#core/problems'
import { clearTokenCookies } from '#http/cookies'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { ownsOrganizations } from '../organizations/problems'
import { closeAccount } from './close-account'
import { ErasureAnswer } from './contract'

/** It shares its path with the profile, so it is where that is, and not with the rest of data rights. */
export const closing = createRouter().delete(
  '/me',
  describe({
    summary: 'Delete my account',
    description:
      'It is closed at once, and every session with it; after the grace period it is erased everywhere, unless its owner takes that back by the mailed link.',
    caller: 'user',
    answers: { 202: { description: 'It is closed.', schema: ErasureAnswer } },
    problems: [sessionRevoked, insufficientUserAuthentication, ownsOrganizations],
  }),
  async (c) => {
    const answer = await closeAccount(c.get('ctx'))
    clearTokenCookies(c)
    return c.json(answer, 202)
  },
)
