import { afterAll, expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import {
  askToLogIn,
  askToRegister,
  bindPasskey,
  logInByPasskey,
  register,
  tokensIn,
} from '../support/passkey-ceremonies'
import { newPasskey } from '../support/passkeys'
import { startTarget, target } from '../target'

const server = await target()
const pages = ['https://app.example.com', 'https://example.net']
const related = await startTarget({
  WEBAUTHN_RP_ID: 'example.com',
  WEBAUTHN_ORIGINS: pages.join(','),
  APP_NAME: 'Analytical Engines',
})
afterAll(() => related.stop())

test('without settings, passkeys are for the public address and its pages', async () => {
  const { rp } = await askToRegister(server, await given.person(server))
  expect(rp).toEqual({ id: new URL(server.baseUrl).hostname, name: 'Postern' })
  const reply = await server.send('GET /.well-known/webauthn')
  expect(reply.status).toBe(200)
  expect(reply.json).toEqual({ origins: [server.baseUrl] })
})

test('browsers are told which other pages may use the passkeys of a domain', async () => {
  const reply = await related.send('GET /.well-known/webauthn')
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toStartWith('application/json')
  expect(reply.headers.get('cache-control')).toBe('public, max-age=3600')
  expect(reply.json).toEqual({ origins: pages })
})

test('a passkey of the domain that is set works on each of the pages that are set', async () => {
  const person = await given.person(related)
  expect((await askToRegister(related, person)).rp).toEqual({ id: 'example.com', name: 'Analytical Engines' })
  expect((await askToLogIn(related)).rpId).toBe('example.com')
  for (const origin of pages) {
    const bound = await bindPasskey(related, person, { origin })
    for (const page of pages) {
      const tokens = tokensIn(await logInByPasskey(related, bound, { origin: page }))
      expect(tokens.user.id).toBe(person.user.id)
    }
  }
})

test('it works on no other page, not even on our own or those of the domain itself', async () => {
  const person = await given.person(related)
  const bound = await bindPasskey(related, person, { origin: pages[0] ?? '' })
  const fresh = await newPasskey({ origin: pages[0] ?? '' })
  for (const origin of [
    related.baseUrl,
    'https://example.com',
    'http://app.example.com',
    'https://app.example.com:8443',
  ]) {
    expectProblem(await logInByPasskey(related, bound, { origin }), 400, 'invalid_passkey')
    const response = await fresh.attest(await askToRegister(related, person), { origin })
    expectProblem(await register(related, person, { response }), 400, 'invalid_passkey')
  }
})

test('a passkey for another domain is refused, also for the one of the page', async () => {
  const person = await given.person(related)
  const bound = await bindPasskey(related, person, { origin: pages[0] ?? '' })
  const fresh = await newPasskey({ origin: pages[0] ?? '' })
  for (const rpId of ['app.example.com', 'example.net', 'com', new URL(related.baseUrl).hostname]) {
    expectProblem(await logInByPasskey(related, bound, { rpId }), 400, 'invalid_passkey')
    const response = await fresh.attest(await askToRegister(related, person), { rpId })
    expectProblem(await register(related, person, { response }), 400, 'invalid_passkey')
  }
})
