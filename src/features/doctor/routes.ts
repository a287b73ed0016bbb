import { notFound } from '#core/problems'
import { setProbeCookie } from '#http/cookies'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { checkUp } from './check-up'
import { Checkup } from './contract'

/** For `postern doctor`. */
export const checkups = createRouter().post(
  '/checkup',
  describe({
    summary: 'What the server sees of itself',
    description:
      'For `postern doctor`, which judges it: settings that are no secret, its clock, rights and schema at the database, whether what was written is read, limits, files, DNS of mail. For operators: with OPERATOR_TOKEN as the bearer token. Without that setting, outside production only.',
    caller: 'anyone',
    answers: { 200: { description: 'Facts; what could not be found out is null.', schema: Checkup } },
    problems: [notFound],
  }),
  async (c) => {
    const facts = await checkUp(c.get('ctx'), {
      authorization: c.req.header('authorization'),
      forwardedFor: c.req.header('x-forwarded-for'),
      cfConnectingIp: c.req.header('cf-connecting-ip'),
    })
    setProbeCookie(c)
    return c.json(facts, 200)
  },
)
