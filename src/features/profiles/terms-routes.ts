import { sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { acceptTerms } from './accept-terms'
import { listOwnTerms } from './list-own-terms'
import { listTerms } from './list-terms'
import { termsChanged } from './problems'
import { OwnTermsList, TermsAcceptance, TermsList } from './terms-contract'

export const terms = createRouter()
  .get(
    '/terms',
    describe({
      summary: 'What there is to accept',
      description:
        'Terms of use and privacy policy, as the server is set up. Whoever registers accepts these versions.',
      caller: 'anyone',
      answers: { 200: { description: 'Each document with its current version and address.', schema: TermsList } },
    }),
    async (c) => c.json(listTerms(c.get('ctx')), 200),
  )
  .get(
    '/me/terms',
    describe({
      summary: 'What I accepted',
      caller: 'user',
      answers: { 200: { description: 'Each document, and what I accepted of it.', schema: OwnTermsList } },
      problems: [sessionRevoked],
    }),
    async (c) => c.json(await listOwnTerms(c.get('ctx')), 200),
  )
  .post(
    '/me/terms',
    describe({
      summary: 'Accept a document',
      description: 'In its current version alone. A second time changes nothing.',
      caller: 'user',
      answers: { 204: { description: 'It is recorded.' } },
      problems: [sessionRevoked, termsChanged],
    }),
    validate('json', TermsAcceptance),
    async (c) => {
      await acceptTerms(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 204)
    },
  )
