import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { waitForMail } from '../support/mailbox'
import { givenTokens, pageOf, purposes, routeOf, templateOf, useToken } from '../support/mailed-tokens'
import { startedTargets, target } from '../target'

const open = await target({ EMAIL_VERIFICATION: 'optional' })

/** For who only reads the mails. */
const mailed = await givenTokens(open)

const successes = { 'verify-email': 200, 'reset-password': 204, 'log-in': 200, 'change-email': 200 }

/** What fetches links before people do. */
const scanners = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 SafeLinks',
  'Mozilla/5.0 (compatible; Microsoft-ATP-SafeLinks/1.0)',
  'Mozilla/5.0 (compatible; ProofpointURLDefense/1.0)',
  'Mimecast URL Protect/2.0',
  'Barracuda Sentinel (EE)',
  'Mozilla/5.0 (via ggpht.com GoogleImageProxy)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'WhatsApp/2.23.20.0',
  'curl/8.5.0',
]

test.each(purposes)('a token for %s works for nothing else, and once', async (purpose) => {
  const { tokens } = await givenTokens(open)
  const token = tokens[purpose]
  for (const other of purposes.filter((name) => name !== purpose)) {
    expectProblem(await useToken(open, other, token), 400, 'invalid_email_token')
  }
  expect((await useToken(open, purpose, token)).status).toBe(successes[purpose])
  for (const any of purposes) expectProblem(await useToken(open, any, token), 400, 'invalid_email_token')
})

test.each(purposes)('the link for %s names our page, and its token where no server sees it', async (purpose) => {
  const { email, newEmail, tokens } = mailed
  const to = purpose === 'change-email' ? newEmail : email
  const mail = await waitForMail(open, to, templateOf[purpose])
  const { link = '' } = mail.data
  expect(tokens[purpose]).toMatch(/^[\w-]{43}$/)
  // Servers of one database work each other’s jobs, so it may be the page of another one.
  const pages = (await startedTargets()).map(({ baseUrl }) => `${baseUrl}${pageOf[purpose]}#token=${tokens[purpose]}`)
  expect(pages).toContain(link)
  expect(mail.text.split('\n')).toContain(link)
  expect(mail.html).toContain(`href="${link}"`)
  for (const part of [mail.text, mail.html]) expect(part).not.toContain(`?token=${tokens[purpose]}`)
  expect(mail.subject).not.toContain(tokens[purpose])
})

test.each(purposes)(
  'ten scanners that open the link for %s, and try the route behind its page, use nothing up',
  async (purpose) => {
    const { tokens } = await givenTokens(open)
    const token = tokens[purpose]
    for (const userAgent of scanners) {
      const headers = { 'user-agent': userAgent, purpose: 'prefetch' }
      for (const request of [`HEAD ${pageOf[purpose]}`, `GET ${pageOf[purpose]}?token=${token}`]) {
        const reply = await open.send(request, { headers, isAsset: true })
        expect(reply.status).toBe(200)
        expect(reply.headers.getSetCookie()).toEqual([])
      }
    }
    for (const method of ['HEAD', 'GET', 'OPTIONS']) {
      expect((await open.send(`${method} ${routeOf[purpose]}?token=${token}`)).status).toBe(405)
    }
    expect((await useToken(open, purpose, token)).status).toBe(successes[purpose])
  },
)

test('a code and the tokens of one account are nothing for another', async () => {
  const [ada, eve] = [await given.newcomer(open), await given.newcomer(open)]
  const [adasMail, evesMail] = [await given.logInMail(open, ada.email), await given.logInMail(open, eve.email)]
  const crossed = [
    { email: eve.email, code: adasMail.code },
    { email: ada.email, code: evesMail.code },
  ]
  for (const json of adasMail.code === evesMail.code ? [] : crossed) {
    expectProblem(await open.send('POST /v1/auth/email-link/consume', { json }), 400, 'invalid_email_code')
  }
  const { accessToken } = eve
  const reply = await open.send('POST /v1/auth/email-link/consume', { accessToken, json: { token: adasMail.token } })
  expect(reply.json).toMatchObject({ user: { id: ada.user.id } })
})
