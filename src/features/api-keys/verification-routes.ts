import { invalidApiKey, missingPermission } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { KeyVerification, VerifiedKey } from './machine-contract'
import { verifyApiKey } from './verify-api-key'

/** What services ask about keys all day, apart from what people do with theirs. */
export const verification = createRouter().post(
  '/api-keys/verify',
  describe({
    summary: 'Is this API key good for something?',
    description: 'For services, by a key with `api-keys:verify`. It is a use of the key that is asked about.',
    caller: 'user',
    answers: { 200: { description: 'Whether it is, or why not.', schema: VerifiedKey } },
    problems: [missingPermission, invalidApiKey],
  }),
  validate('json', KeyVerification),
  async (c) => c.json(await verifyApiKey(c.get('ctx'), c.req.valid('json')), 200),
)
