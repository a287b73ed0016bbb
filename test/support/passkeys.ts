import { type Cbor, type CosePrivateKey, encodeCbor, makeKey, type SignatureAlgorithm } from './passkey-keys'

/** What of `POST /v1/me/passkeys/options` a browser goes by. */
export interface CreationOptions {
  challenge: string
  rp: { id: string }
  user: { id: string }
}

/** What of `POST /v1/auth/passkey/options` it goes by. */
export interface RequestOptions {
  challenge: string
  rpId: string
}

/** What an attestation statement vouches for. */
export interface Attested {
  id: Uint8Array
  key: CosePrivateKey
  authenticatorData: Uint8Array<ArrayBuffer>
  clientDataHash: Uint8Array<ArrayBuffer>
}

export type Statement = Record<string, Cbor>

/** What a browser and an authenticator say in one ceremony: each of it can be made a lie. */
export interface Said {
  type: string
  challenge: string
  origin: string
  crossOrigin: boolean | undefined
  topOrigin: string | null | undefined
  rpId: string
  isPresent: boolean
  isVerified: boolean
  isBackupEligible: boolean
  isBackedUp: boolean
  counter: number
  /** As the credential names itself. */
  id: string
  userHandle: string | null | undefined
  /** Of the attestation. */
  format: string
  statement: (attested: Attested) => Statement | Promise<Statement>
  /** Sent in place of the right one. */
  signature: string
}

export interface Traits {
  /** Of the page that its browser shows. */
  origin: string
  algorithm?: SignatureAlgorithm
  /** Whether it counts its signatures: passkeys that are synced never do. */
  counts?: boolean
  /** Whether it is on all devices of its owner. */
  isSynced?: boolean
  transports?: string[]
}

/** A passkey in software, with the browser in front of it. */
export interface SoftwarePasskey {
  /** As its authenticator names it, base64url. */
  id: string
  /** The account that it was made for, base64url. */
  userHandle: string
  /** How often it signed; 0 for ever where it does not count. */
  counter: number
  /** `toJSON()` of what `navigator.credentials.create()` gives. */
  attest(options: CreationOptions, lies?: Partial<Said>): ReturnType<typeof toAttestation>
  /** `toJSON()` of what `navigator.credentials.get()` gives. */
  assert(options: RequestOptions, lies?: Partial<Said>): ReturnType<typeof toAssertion>
}

const encoder = new TextEncoder()

export const toBase64Url = (bytes: Uint8Array): string => bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.fromBase64(text, { alphabet: 'base64url' })

export const concat = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(parts.flatMap((part) => [...part]))
export const sha256 = async (bytes: Uint8Array<ArrayBuffer>) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
/** A number, the high byte first. */
export const toBytes = (value: number, length: number) =>
  Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** (length - 1 - index)) % 256)

/** WebAuthn Level 3, section 5.8.1. */
const toClientData = ({ type, challenge, origin, crossOrigin, topOrigin }: Said) =>
  encoder.encode(JSON.stringify({ type, challenge, origin, crossOrigin, topOrigin }))

/** Section 6.1; `attested` is there when the credential is made. */
const toAuthenticatorData = async (said: Said, attested = new Uint8Array()) => {
  const flags =
    (said.isPresent ? 0x01 : 0) |
    (said.isVerified ? 0x04 : 0) |
    (said.isBackupEligible ? 0x08 : 0) |
    (said.isBackedUp ? 0x10 : 0) |
    (attested.length > 0 ? 0x40 : 0)
  return concat(await sha256(encoder.encode(said.rpId)), toBytes(flags, 1), toBytes(said.counter, 4), attested)
}

const toCredential = <Response>(id: string, response: Response) => ({
  id,
  rawId: id,
  type: 'public-key',
  authenticatorAttachment: 'platform',
  clientExtensionResults: {},
  response,
})

const toAttestation = async (said: Said, key: CosePrivateKey, transports: string[]) => {
  const { cose, spki, alg } = key
  const [id, clientData] = [fromBase64Url(said.id), toClientData(said)]
  const attested = concat(new Uint8Array(16), toBytes(id.length, 2), id, encodeCbor(cose))
  const authenticatorData = await toAuthenticatorData(said, attested)
  const clientDataHash = await sha256(clientData)
  const attStmt = await said.statement({ id, key, authenticatorData, clientDataHash })
  return toCredential(said.id, {
    clientDataJSON: toBase64Url(clientData),
    attestationObject: toBase64Url(encodeCbor({ fmt: said.format, attStmt, authData: authenticatorData })),
    authenticatorData: toBase64Url(authenticatorData),
    transports,
    publicKey: toBase64Url(spki),
    publicKeyAlgorithm: alg,
  })
}

const toAssertion = async (said: Said, { sign }: CosePrivateKey) => {
  const [clientData, authenticatorData] = [toClientData(said), await toAuthenticatorData(said)]
  return toCredential(said.id, {
    clientDataJSON: toBase64Url(clientData),
    authenticatorData: toBase64Url(authenticatorData),
    signature: said.signature || toBase64Url(await sign(concat(authenticatorData, await sha256(clientData)))),
    userHandle: said.userHandle,
  })
}

/** Makes a passkey that nobody knows yet, as an authenticator with a screen lock would. */
export const newPasskey = async (traits: Traits): Promise<SoftwarePasskey> => {
  const { origin, algorithm = 'ES256', isSynced = false, counts = false, transports = ['internal'] } = traits
  const key = await makeKey(algorithm)
  const id = toBase64Url(crypto.getRandomValues(new Uint8Array(32)))
  const next = (): number => {
    if (counts) passkey.counter += 1
    return passkey.counter
  }
  const truth = (type: string, challenge: string, rpId: string): Said => ({
    ...{ type, challenge, origin, rpId, crossOrigin: false, topOrigin: undefined },
    ...{ isPresent: true, isVerified: true, isBackupEligible: isSynced, isBackedUp: isSynced },
    ...{ id, userHandle: passkey.userHandle, counter: next(), format: 'none', statement: () => ({}), signature: '' },
  })
  const passkey: SoftwarePasskey = {
    id,
    userHandle: '',
    counter: 0,
    attest: ({ challenge, rp, user }, lies = {}) => {
      passkey.userHandle = user.id
      return toAttestation({ ...truth('webauthn.create', challenge, rp.id), ...lies }, key, transports)
    },
    assert: ({ challenge, rpId }, lies = {}) =>
      toAssertion({ ...truth('webauthn.get', challenge, rpId), ...lies }, key),
  }
  return passkey
}
