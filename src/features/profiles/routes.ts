import { preconditionFailed, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { omitKnown, readPrecondition, withEntityTag } from '#http/entity-tags'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { ProfileChanges, User } from './contract'
import { getProfile } from './get-profile'
import { updateProfile } from './update-profile'

export const profiles = createRouter()
  .get(
    '/me',
    describe({
      summary: 'The signed-in user',
      caller: 'user',
      description: 'The answer has an `ETag`, and with it in `If-None-Match` it is 304 until the account changes.',
      answers: {
        200: { description: 'The account of the caller.', schema: User },
        304: { description: 'It is as the caller knows it.' },
      },
      problems: [sessionRevoked],
    }),
    omitKnown,
    async (c) => c.json(withEntityTag(c, await getProfile(c.get('ctx'))), 200),
  )
  .patch(
    '/me',
    describe({
      summary: 'Change the profile',
      description:
        'Fields that are absent stay as they are; null clears one. With an `ETag` in `If-Match` only if nothing changed since.',
      caller: 'user',
      answers: { 200: { description: 'The account after the change.', schema: User } },
      problems: [sessionRevoked, preconditionFailed],
    }),
    validate('json', ProfileChanges),
    async (c) =>
      c.json(withEntityTag(c, await updateProfile(c.get('ctx'), c.req.valid('json'), readPrecondition(c))), 200),
  )
