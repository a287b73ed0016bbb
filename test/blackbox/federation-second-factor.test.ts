import { expect, test } from 'bun:test'
import { Secret, TOTP } from 'otpauth'
import * as z from 'zod'
import { fromOwnPage, toBrowserSession } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { exchange, freshProvidedPerson, logInAt } from '../support/federated-log-in'
import { federation } from '../support/federation-target'
import { expectEnded } from '../support/sessions'
import { SessionPage, TokenSet } from '../support/shapes'

const { server, openBrowser, logIn, acme } = await federation()

const Challenge = z.strictObject({
  mfaRequired: z.literal(true),
  challenge: z.strictObject({
    token: z.string(),
    methods: z.array(z.string()),
    mustEnrol: z.boolean(),
    expiresIn: z.int(),
  }),
})

/** What the app of a person shows, a step of thirty seconds later for each code that was used. */
const codeOf = (secret: string, steps: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 })

/** Somebody whose account, made at a provider, has a second factor. */
const givenSecondFactor = async () => {
  const person = freshProvidedPerson()
  const { accessToken } = await logIn('acme', person)
  const begun = await server.send('POST /v1/me/mfa/totp', { accessToken, json: {} })
  const { secret } = z.looseObject({ secret: z.string() }).parse(begun.json)
  const confirmed = await server.send('POST /v1/me/mfa/totp/confirm', {
    accessToken,
    json: { code: codeOf(secret, 0) },
  })
  expect(confirmed.status).toBe(200)
  return { person, secret }
}

test('who has a second factor is asked for it, however they show the first', async () => {
  const { person, secret } = await givenSecondFactor()
  const reply = await exchange(server, await logInAt(server, openBrowser(person), 'acme'))
  expect(reply.status).toBe(200)
  const { challenge } = Challenge.parse(reply.json)
  expect(challenge).toMatchObject({ methods: ['totp', 'recovery_code'], mustEnrol: false })
  const json = { challengeToken: challenge.token, method: 'totp', code: codeOf(secret, 1) }
  const tokens = TokenSet.parse((await server.send('POST /v1/auth/mfa/verify', { json })).json)
  const { accessToken, sessionId } = tokens
  const { items } = SessionPage.parse((await server.send('GET /v1/sessions', { accessToken })).json)
  expect(items.find(({ id }) => id === sessionId)).toMatchObject({ amr: ['fed', 'otp', 'mfa'], acr: 'aal2' })
  await acme.announceLogOut(person.sub)
  await expectEnded(server, tokens)
})

test('the challenge is by the transport that was asked for, and sets no cookie of tokens', async () => {
  const { person, secret } = await givenSecondFactor()
  const returned = await logInAt(server, openBrowser(person), 'acme')
  const reply = await server.send('POST /v1/auth/oauth/exchange', {
    headers: fromOwnPage,
    json: { ...returned, transport: 'cookie' },
  })
  const { challenge } = Challenge.parse(reply.json)
  expect(reply.headers.getSetCookie()).toEqual([])
  const json = { challengeToken: challenge.token, method: 'totp', code: codeOf(secret, 1) }
  expectProblem(await server.send('POST /v1/auth/mfa/verify', { json }), 400, 'invalid_challenge')
  const finished = await server.send('POST /v1/auth/mfa/verify', {
    headers: fromOwnPage,
    json: { ...json, transport: 'cookie' },
  })
  const session = toBrowserSession(finished)
  expect((await server.send('GET /v1/me', { headers: session.cookie })).status).toBe(200)
})

test('a session by one factor changes nothing that is linked where there are two', async () => {
  const person = freshProvidedPerson()
  const before = await logIn('acme', person)
  const { accessToken } = await logIn('acme', person)
  const { json } = await server.send('POST /v1/me/mfa/totp', { accessToken, json: {} })
  const { secret } = z.looseObject({ secret: z.string() }).parse(json)
  await server.send('POST /v1/me/mfa/totp/confirm', { accessToken, json: { code: codeOf(secret, 0) } })
  const { accessToken: weak } = before
  const returned = await logInAt(server, openBrowser(freshProvidedPerson()), 'globex')
  const link = await server.send('POST /v1/me/identities', { accessToken: weak, json: returned })
  expectProblem(link, 401, 'insufficient_user_authentication')
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string() })) })
    .parse((await server.send('GET /v1/me/identities', { accessToken: weak })).json)
  const unlink = await server.send(`DELETE /v1/me/identities/${items[0]?.id}`, { accessToken: weak })
  expectProblem(unlink, 401, 'insufficient_user_authentication')
  expect((await exchange(server, returned)).status).toBe(200)
})
