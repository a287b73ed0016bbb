import { expect, test } from 'bun:test'
import { SignJWT } from 'jose'
import { makeProviderKey, signWithKey } from '../../support/openid-provider-keys'
import {
  countLinked,
  exchangeIn,
  type FederatedWorld,
  goToProvider,
  openFederatedWorld,
  refusalsOf,
} from './federated-world'
import { clientId, clientSecret, goodClaims, issuer, publicKey, startSeconds, tokenAnswer } from './stand-in-issuer'

type MakeIdToken = (acme: FederatedWorld['acme'], nonce: string | null) => string | undefined | Promise<string>

const bytes = (text: string) => new TextEncoder().encode(text)
const encode = (part: object) => bytes(JSON.stringify(part)).toBase64({ alphabet: 'base64url', omitPadding: true })

/** As a careless verifier takes it that believes the algorithm of the token. */
const signWithText = (nonce: string | null, secret: string, header: object = {}) =>
  new SignJWT(goodClaims(nonce)).setProtectedHeader({ ...header, alg: 'HS256' }).sign(bytes(secret))

/** Signed by whoever it names: nobody. */
const unsigned = (nonce: string | null, alg: string) => `${encode({ alg })}.${encode(goodClaims(nonce))}.`

const stranger = await makeProviderKey('ES256')
const knownKid = String(publicKey.kid)
const late = () => startSeconds - 400

/** Each id_token that is no good, and the word that is recorded for it. */
const bad: [what: string, reason: string, make: MakeIdToken][] = [
  [
    'of another audience',
    'jwt_claim_comparison_failed',
    (acme, nonce) => acme.sign(goodClaims(nonce, { aud: 'other' })),
  ],
  [
    'of several audiences, by another authorized party',
    'jwt_claim_comparison_failed',
    (acme, nonce) => acme.sign(goodClaims(nonce, { aud: [clientId, 'other'], azp: 'other' })),
  ],
  [
    'of an audience that only begins as ours',
    'jwt_claim_comparison_failed',
    (acme, nonce) => acme.sign(goodClaims(nonce, { aud: `${clientId}.evil` })),
  ],
  [
    'of another issuer',
    'jwt_claim_comparison_failed',
    (acme, nonce) => acme.sign(goodClaims(nonce, { iss: 'https://evil.example' })),
  ],
  [
    'of the issuer with a slash more',
    'jwt_claim_comparison_failed',
    (acme, nonce) => acme.sign(goodClaims(nonce, { iss: `${issuer}/` })),
  ],
  ['without an issuer', 'invalid_response', (acme, nonce) => acme.sign(goodClaims(nonce, { iss: undefined }))],
  ['without an audience', 'invalid_response', (acme, nonce) => acme.sign(goodClaims(nonce, { aud: undefined }))],
  ['without a subject', 'invalid_response', (acme, nonce) => acme.sign(goodClaims(nonce, { sub: undefined }))],
  ['without an end', 'invalid_response', (acme, nonce) => acme.sign(goodClaims(nonce, { exp: undefined }))],
  ['that has no nonce', 'invalid_response', (acme) => acme.sign(goodClaims(null))],
  ['of another nonce', 'jwt_claim_comparison_failed', (acme) => acme.sign(goodClaims('another nonce'))],
  [
    'that ended more than a minute ago',
    'jwt_timestamp_check_failed',
    (acme, nonce) => acme.sign(goodClaims(nonce, { iat: late(), exp: startSeconds - 62 })),
  ],
  [
    'that holds only in more than a minute',
    'jwt_timestamp_check_failed',
    (acme, nonce) => acme.sign(goodClaims(nonce, { nbf: startSeconds + 90 })),
  ],
  ['of alg none', 'invalid_response', (_, nonce) => unsigned(nonce, 'none')],
  ['of alg none, in other letters', 'invalid_response', (_, nonce) => unsigned(nonce, 'NONE')],
  ['that its secret signs', 'invalid_response', (_, nonce) => signWithText(nonce, clientSecret)],
  [
    'that its public key signs as if it were a secret',
    'invalid_response',
    (_, nonce) => signWithText(nonce, JSON.stringify(publicKey), { kid: knownKid }),
  ],
  ['of a key that is not the issuer’s', 'key_selection_failed', (_, nonce) => signWithKey(stranger, goodClaims(nonce))],
  [
    'of a stranger’s key by the name of the issuer’s',
    'invalid_response',
    (_, nonce) => signWithKey(stranger, goodClaims(nonce), { kid: knownKid }),
  ],
  [
    'that brings its key along',
    'invalid_response',
    (_, nonce) => signWithKey(stranger, goodClaims(nonce), { kid: knownKid, jwk: stranger.jwk }),
  ],
  [
    'that has no signature',
    'invalid_response',
    async (acme, nonce) => (await acme.sign(goodClaims(nonce))).replace(/[^.]*$/, ''),
  ],
  [
    'that is encrypted, or looks like it',
    'unsupported_operation',
    async (acme, nonce) => `${await acme.sign(goodClaims(nonce))}.a.b`,
  ],
  ['that is missing', 'invalid_response', () => undefined],
]

test.each(bad)('an id_token %s is refused, recorded as %s, and links nothing', async (_, reason, make) => {
  const { world, acme } = await openFederatedWorld()
  const flow = await goToProvider(world)
  acme.answers['/token'] = async () => tokenAnswer(await make(acme, flow.nonce))
  const { error } = await flow.comeBack()
  expect(error).toBe('provider_failed')
  expect(await refusalsOf(world)).toEqual([{ provider: 'acme', reason }])
  expect(await countLinked(world)).toEqual({ users: 0, identities: 0 })
})

const good: [what: string, make: MakeIdToken][] = [
  ['as it should be', (acme, nonce) => acme.sign(goodClaims(nonce))],
  [
    'that ended less than a minute ago',
    (acme, nonce) => acme.sign(goodClaims(nonce, { iat: late(), exp: startSeconds - 50 })),
  ],
  ['of a clock that goes before ours', (acme, nonce) => acme.sign(goodClaims(nonce, { nbf: startSeconds + 50 }))],
  [
    'of several audiences, for us',
    (acme, nonce) => acme.sign(goodClaims(nonce, { aud: ['other', clientId], azp: clientId })),
  ],
]

test.each(good)('an id_token %s logs in', async (_, make) => {
  const { world, acme } = await openFederatedWorld()
  const flow = await goToProvider(world)
  acme.answers['/token'] = async () => tokenAnswer(await make(acme, flow.nonce))
  const { returned } = await flow.comeBack()
  expect(await exchangeIn(world, returned())).toMatchObject({
    status: 200,
    body: { user: { email: 'ada@example.com' } },
  })
  expect(await refusalsOf(world)).toEqual([])
})
