import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { waitForMail } from '../support/mailbox'
import type { Server } from '../support/server'
import { ActivationAnswer, Registered } from '../support/shapes'
import { visible } from '../support/visible'
import { target } from '../target'

const server = await target()
const settings = {
  ...{ TERMS_VERSION: '2026-11', TERMS_URL: 'https://example.com/terms' },
  ...{ PRIVACY_VERSION: '3', PRIVACY_URL: 'https://example.com/privacy' },
}
const strict = await target({ ...settings, EMAIL_VERIFICATION: 'required' })
const acceptedTerms = { terms: '2026-11', privacy: '3' }
const documents = [
  { document: 'terms', version: '2026-11', url: 'https://example.com/terms' },
  { document: 'privacy', version: '3', url: 'https://example.com/privacy' },
]

const register = (to: Server, fields: object = {}) =>
  to.send('POST /v1/auth/register', { json: { email: freshEmail(), password: freshPassword(), ...fields } })

test('where nothing is set, nothing is to be accepted', async () => {
  expect((await server.send('GET /v1/terms')).json).toEqual({ items: [] })
  expect((await register(server, { acceptedTerms })).status).toBe(202)
  const { accessToken } = await given.person(server)
  expect((await server.send('GET /v1/me/terms', { accessToken })).json).toEqual({ items: [] })
  const json = { document: 'terms', version: '2026-11' }
  expectProblem(await server.send('POST /v1/me/terms', { accessToken, json }), 409, 'terms_changed')
})

test('where they are set, everybody is told, and a registration accepts each in its current version', async () => {
  expect((await strict.send('GET /v1/terms')).json).toEqual({ items: documents })
  const missing: [object, string[]][] = [
    [{}, ['/acceptedTerms/terms', '/acceptedTerms/privacy']],
    [{ acceptedTerms: { privacy: '3' } }, ['/acceptedTerms/terms']],
    [{ acceptedTerms: { ...acceptedTerms, terms: '2025-11' } }, ['/acceptedTerms/terms']],
    [{ acceptedTerms: { ...acceptedTerms, privacy: '' } }, ['/acceptedTerms/privacy']],
  ]
  for (const [fields, pointers] of missing) {
    const { errors = [] } = expectProblem(await register(strict, fields), 422, 'terms_not_accepted')
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers)
  }
  for (const wrong of ['true', '[]', '{"terms":true,"privacy":true}', '{"terms":null,"privacy":null}']) {
    const body = `{"email":"${freshEmail()}","password":"${freshPassword()}","acceptedTerms":${wrong}}`
    expectProblem(await strict.send('POST /v1/auth/register', { body }), 422, 'invalid_request')
  }
})

test('an address that is known is answered as one that is not, also to who accepts nothing', async () => {
  const email = freshEmail()
  for (const fields of [{ acceptedTerms }, {}, { acceptedTerms: { terms: '1', privacy: '3' } }]) {
    const first = await register(strict, { ...fields, email: freshEmail() })
    const [again, repeated] = [
      await register(strict, { ...fields, email }),
      await register(strict, { ...fields, email }),
    ]
    expect(visible(again)).toEqual(visible(first))
    expect(visible(repeated)).toEqual(visible(first))
  }
})

test('what was accepted at the registration is there, and can’t be accepted in another version', async () => {
  const email = freshEmail()
  const password = freshPassword()
  ActivationAnswer.parse((await register(strict, { email, password, acceptedTerms })).json)
  const { data } = await waitForMail(strict, email, 'verify-email')
  const verified = await strict.send('POST /v1/auth/email/verify', { json: { token: data.token } })
  expect(verified.json).toMatchObject({ activation: { isFullyActivated: true, pendingTasks: [] } })
  const { accessToken } = await given.session(strict, { email, password })
  const { json } = await strict.send('GET /v1/me/terms', { accessToken })
  expect(json).toEqual({
    items: documents.map((current) => ({
      ...current,
      acceptedVersion: current.version,
      acceptedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      isCurrent: true,
    })),
  })
  const accept = (body: object) => strict.send('POST /v1/me/terms', { accessToken, json: body })
  expect((await accept({ document: 'terms', version: '2026-11' })).status).toBe(204)
  expectProblem(await accept({ document: 'terms', version: '2026-12' }), 409, 'terms_changed')
  expectFaultyField(await accept({ document: 'cookies', version: '1' }), '/document')
  expectFaultyField(await accept({ document: 'terms', version: '2026-11', userId: crypto.randomUUID() }), '/userId')
  expect((await strict.send('GET /v1/me/terms', { accessToken })).json).toEqual(json)
})

test('somebody who comes in without a registration of their own has them to accept', async () => {
  const email = freshEmail()
  await register(strict, { email, acceptedTerms })
  const { token } = await given.logInMail(strict, email)
  const tokens = (await strict.send('POST /v1/auth/email-link/consume', { json: { token } })).json
  const { accessToken } = Registered.shape.tokens.parse(tokens)
  const owed = documents.map((current) => ({ ...current, acceptedVersion: null, acceptedAt: null, isCurrent: false }))
  expect((await strict.send('GET /v1/me/terms', { accessToken })).json).toEqual({ items: owed })
  const json = { document: 'privacy', version: '3' }
  expect((await strict.send('POST /v1/me/terms', { accessToken, json })).status).toBe(204)
  expect((await strict.send('GET /v1/me/terms', { accessToken })).json).toMatchObject({
    items: [{ isCurrent: false }, { acceptedVersion: '3', isCurrent: true }],
  })
  expectProblem(await strict.send('POST /v1/me/terms', { json }), 401, 'unauthenticated')
})
