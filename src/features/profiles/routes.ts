import { sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
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
      answers: { 200: { description: 'The account of the caller.', schema: User } },
      problems: [sessionRevoked],
    }),
    async (c) => c.json(await getProfile(c.var.ctx), 200),
  )
  .patch(
    '/me',
    describe({
      summary: 'Change the profile',
      description: 'Fields that are absent stay as they are; null clears one.',
      caller: 'user',
      answers: { 200: { description: 'The account after the change.', schema: User } },
      problems: [sessionRevoked],
    }),
    validate('json', ProfileChanges),
    async (c) => c.json(await updateProfile(c.var.ctx, c.req.valid('json')), 200),
  )
