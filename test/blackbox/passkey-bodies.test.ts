import { describe, expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import {
  askToLogIn,
  askToRegister,
  askToStepUp,
  beginLogIn,
  bindPasskey,
  listPasskeys,
  register,
  tokensIn,
  verifyLogIn,
  verifySecondFactor,
  verifyStepUp,
} from '../support/passkey-ceremonies'
import { encodeCbor } from '../support/passkey-keys'
import { fromBase64Url, newPasskey, toBase64Url } from '../support/passkeys'
import { target } from '../target'

const server = await target()
const person = await given.person(server)
const { authenticator, passkey } = await bindPasskey(server, person)
const assertion = await authenticator.assert(await askToLogIn(server))
const { token } = await beginLogIn(server, person)
const fresh = await newPasskey({ origin: server.baseUrl })
const attestation = await fresh.attest(await askToRegister(server, person))

/** What is never what a browser gives, at the pointer where it is refused. */
const faultyCredentials = (good: typeof assertion | typeof attestation): [string, object][] => [
  ['/id', { ...good, id: 7 }],
  ['/id', { ...good, id: 'with space' }],
  ['/id', { ...good, id: 'A'.repeat(1401) }],
  ['/rawId', { ...good, rawId: undefined }],
  ['/type', { ...good, type: 'password' }],
  ['/authenticatorAttachment', { ...good, authenticatorAttachment: 'implanted' }],
  ['/clientExtensionResults', { ...good, clientExtensionResults: 'none' }],
  ['/response', { ...good, response: null }],
  ['/response', { ...good, response: [] }],
  ['/response', { ...good, response: undefined }],
  ['/response/clientDataJSON', { ...good, response: { ...good.response, clientDataJSON: '{}' } }],
  ['/response/clientDataJSON', { ...good, response: { ...good.response, clientDataJSON: undefined } }],
  ['/response/clientDataJSON', { ...good, response: { ...good.response, clientDataJSON: 'A'.repeat(4097) } }],
  ['/response/authenticatorData', { ...good, response: { ...good.response, authenticatorData: 'A+/=' } }],
  ['/response/more', { ...good, response: { ...good.response, more: true } }],
  ['/challenge', { ...good, challenge: 'mine' }],
]

const faultyAssertions: [string, object][] = [
  ...faultyCredentials(assertion),
  ['/response/signature', { ...assertion, response: { ...assertion.response, signature: 'A'.repeat(2049) } }],
  ['/response/signature', { ...assertion, response: { ...assertion.response, signature: null } }],
  ['/response/userHandle', { ...assertion, response: { ...assertion.response, userHandle: 'A'.repeat(129) } }],
  ['/response/userHandle', { ...assertion, response: { ...assertion.response, userHandle: 7 } }],
  ['/response/attestationObject', { ...assertion, response: attestation.response }],
]

const faultyAttestations: [string, object][] = [
  ...faultyCredentials(attestation),
  ['/response/attestationObject', { ...attestation, response: assertion.response }],
  ['/response/transports', { ...attestation, response: { ...attestation.response, transports: 'usb' } }],
  ['/response/transports/0', { ...attestation, response: { ...attestation.response, transports: [1] } }],
  [
    '/response/transports',
    { ...attestation, response: { ...attestation.response, transports: Array(11).fill('usb') } },
  ],
]

const doors = {
  'log-in': (response: unknown) => verifyLogIn(server, response),
  'second factor': (response: unknown) => verifySecondFactor(server, token, response),
  'step-up': (response: unknown) => verifyStepUp(server, person, response),
}

describe.each(['log-in', 'second factor', 'step-up'] as const)('at a %s', (name) => {
  test('what no browser gives is refused by its form, and where it is wrong is said', async () => {
    for (const [pointer, response] of faultyAssertions) {
      expectFaultyField(await doors[name](response), `/response${pointer}`)
    }
    for (const response of [undefined, null, 'passkey', [], 7])
      expectFaultyField(await doors[name](response), '/response')
  })

  test('bytes that mean nothing are refused like a wrong passkey', async () => {
    const texts = ['', 'A', 'AAAA', '____', toBase64Url(new TextEncoder().encode('{"challenge":7}')), 'bnVsbA', 'e30']
    for (const clientDataJSON of texts) {
      const response = { ...assertion, response: { ...assertion.response, clientDataJSON } }
      expectProblem(await doors[name](response), 400, 'invalid_passkey')
    }
    for (const member of ['authenticatorData', 'signature'] as const) {
      for (const bytes of ['', 'A', 'AAAA', toBase64Url(new Uint8Array(1024).fill(255))]) {
        const { challenge } = name === 'step-up' ? await askToStepUp(server, person) : await askToLogIn(server)
        const good = await authenticator.assert({ challenge, rpId: new URL(server.baseUrl).hostname })
        const response = { ...good, response: { ...good.response, [member]: bytes } }
        expectProblem(await doors[name](response), 400, 'invalid_passkey')
      }
    }
  })
})

test('what no browser makes is not registered, and where it is wrong is said', async () => {
  for (const [pointer, response] of faultyAttestations) {
    expectFaultyField(await register(server, person, { response }), `/response${pointer}`)
  }
  for (const response of [undefined, null, 'passkey', []]) {
    expectFaultyField(await register(server, person, { response }), '/response')
  }
  for (const name of ['', 'x'.repeat(65), 'two\nlines']) {
    expectFaultyField(await register(server, person, { response: attestation, name }), '/name')
  }
  expect((await register(server, person, { response: attestation, name: 'After all' })).status).toBe(201)
})

test('an attestation whose bytes mean nothing is refused like a wrong passkey', async () => {
  const cut = attestation.response.attestationObject.slice(0, 80)
  const authData = fromBase64Url(attestation.response.authenticatorData)
  const [statements, fmt] = [[7, 'none', [], new Uint8Array()], 'packed']
  const objects = [
    ...['', 'A', 'AAAA', 'oA', cut, toBase64Url(new Uint8Array(24_000).fill(0x9f)), '_'.repeat(4096)],
    ...[7, {}, { fmt }, { authData }, { fmt, authData }].map((item) => toBase64Url(encodeCbor(item))),
    ...statements.map((attStmt) => toBase64Url(encodeCbor({ fmt, attStmt, authData }))),
  ]
  for (const attestationObject of objects) {
    const made = await fresh.attest(await askToRegister(server, person))
    const response = { ...made, response: { ...made.response, attestationObject } }
    expectProblem(await register(server, person, { response }), 400, 'invalid_passkey')
  }
})

test('a second factor, a step-up and the question for a challenge are held to their form too', async () => {
  const send = (route: string, json: object) => server.send(route, { json, accessToken: person.accessToken })
  const [verify, stepUp] = ['POST /v1/auth/mfa/verify', 'POST /v1/auth/step-up']
  const method = 'passkey'
  expectFaultyField(await server.send(verify, { json: { method, response: assertion } }), '/challengeToken')
  expectFaultyField(await server.send(verify, { json: { challengeToken: token, response: assertion } }), '/method')
  expectProblem(await server.send(verify, { json: { challengeToken: token, method } }), 422, 'invalid_request')
  for (const wrong of [
    { method: 'face' },
    { method, code: '271828' },
    { method, response: assertion, code: '1' },
    {},
  ]) {
    expectProblem(await send(stepUp, wrong), 422, 'invalid_request')
  }
  const ask = 'POST /v1/auth/passkey/options'
  for (const challengeToken of ['', 7, null, 'x'.repeat(129)]) {
    expectFaultyField(await server.send(ask, { json: { challengeToken } }), '/challengeToken')
  }
  expectFaultyField(await server.send(ask, { json: { email: person.email } }), '/email')
  expectFaultyField(
    await server.send('POST /v1/auth/passkey/verify', { json: { response: assertion, transport: 'header' } }),
    '/transport',
  )
})

test('what browsers add and leave out is taken: extension results, the attachment, that there is no frame', async () => {
  const silent = { crossOrigin: undefined }
  const { authenticatorAttachment: _, ...good } = await authenticator.assert(await askToLogIn(server), silent)
  tokensIn(await verifyLogIn(server, { ...good, clientExtensionResults: { credProps: { rk: true }, appid: false } }))
  const made = await newPasskey({ origin: server.baseUrl })
  const { response, ...rest } = await made.attest(await askToRegister(server, person), silent)
  const { clientDataJSON, attestationObject } = response
  const bare = { ...rest, authenticatorAttachment: null, response: { clientDataJSON, attestationObject } }
  expect((await register(server, person, { response: bare })).json).toMatchObject({ passkey: { transports: [] } })
  expect((await listPasskeys(server, person)).map(({ id }) => id)).toContain(passkey.id)
})
