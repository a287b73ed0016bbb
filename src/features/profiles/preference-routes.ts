import { preconditionFailed, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { omitKnown, readPrecondition, withEntityTag } from '#http/entity-tags'
import { createRouter } from '#http/router'
import { mergePatchTypes, validate } from '#http/validate'
import { getPreferences } from './get-preferences'
import { PreferenceChanges, Preferences } from './preference-contract'
import { updatePreferences } from './update-preferences'

export const preferences = createRouter()
  .get(
    '/me/preferences',
    describe({
      summary: 'My preferences',
      description: 'The answer has an `ETag`, and with it in `If-None-Match` it is 304 until they change.',
      caller: 'user',
      answers: {
        200: { description: 'How I want things, defaults included.', schema: Preferences },
        304: { description: 'They are as the caller knows them.' },
      },
      problems: [sessionRevoked],
    }),
    omitKnown,
    async (c) => c.json(withEntityTag(c, await getPreferences(c.get('ctx'))), 200),
  )
  .patch(
    '/me/preferences',
    describe({
      summary: 'Change my preferences',
      description:
        'A merge patch (RFC 7396): null makes a member as by default. With an `ETag` in `If-Match` only if nothing changed since.',
      caller: 'user',
      answers: { 200: { description: 'The preferences after the change.', schema: Preferences } },
      problems: [sessionRevoked, preconditionFailed],
    }),
    validate('json', PreferenceChanges, mergePatchTypes),
    async (c) =>
      c.json(withEntityTag(c, await updatePreferences(c.get('ctx'), c.req.valid('json'), readPrecondition(c))), 200),
  )
