import { der, extension, integer, makeChain, name, octets, oid, sequence } from './passkey-certificates'
import { type Attested, concat, type Statement, sha256, toBytes } from './passkeys'

/** What most statements sign. */
const signedBy = ({ authenticatorData, clientDataHash }: Attested) => concat(authenticatorData, clientDataHash)

/** The point of a key of ES256: 4, x, y. */
const pointOf = ({ key }: Attested): Uint8Array => key.spki.subarray(-65)

/** WebAuthn Level 3, section 8.2: the passkey vouches for itself. */
export const selfSigned = async (attested: Attested): Promise<Statement> => ({
  alg: attested.key.alg,
  sig: await attested.key.sign(signedBy(attested)),
})

/** A statement about a key of ES256 that brings certificates, which name an address. */
type Certifying = (attested: Attested, revocations: string) => Promise<Statement>

const authenticator = { '2.5.4.6': 'SE', '2.5.4.10': 'Nobody', '2.5.4.11': 'Authenticator Attestation' }
const subject = name({ ...authenticator, '2.5.4.3': 'Passkey' })

/** Section 8.2, with certificates. */
const packed: Certifying = async (attested, revocations) => ({
  ...(await selfSigned(attested)),
  x5c: await makeChain({ spki: attested.key.spki, subject, extensions: [] }, revocations),
})

/** Section 8.3: a TPM describes the key, and certifies the description. */
const tpm: Certifying = async (attested, revocations) => {
  const [sha256Name, none] = [toBytes(0x0b, 2), toBytes(0x10, 2)]
  const [x, y] = [pointOf(attested).subarray(1, 33), pointOf(attested).subarray(33)]
  const curve = [none, none, toBytes(3, 2), none]
  const unique = [toBytes(32, 2), x, toBytes(32, 2), y]
  const pubArea = concat(toBytes(0x23, 2), sha256Name, toBytes(0, 6), ...curve, ...unique)
  const about = [toBytes(32, 2), await sha256(signedBy(attested)), new Uint8Array(25)]
  const certified = [toBytes(34, 2), sha256Name, await sha256(pubArea), toBytes(0, 2)]
  const certInfo = concat(toBytes(0xff544347, 4), toBytes(0x8017, 2), toBytes(0, 2), ...about, ...certified)
  const maker = name({ '2.23.133.2.1': 'id:FFFFF1D0', '2.23.133.2.2': 'Nobody', '2.23.133.2.3': 'id:01' })
  const extensions = [
    extension('2.5.29.17', sequence(der(0xa4, maker))),
    extension('2.5.29.37', sequence(oid('2.23.133.8.3'))),
  ]
  const x5c = await makeChain({ spki: attested.key.spki, subject: sequence(), extensions }, revocations)
  return { ver: '2.0', alg: attested.key.alg, x5c, sig: await attested.key.sign(certInfo), certInfo, pubArea }
}

/** Section 8.4: the certificate repeats what was signed. */
const androidKey: Certifying = async (attested, revocations) => {
  const level = der(0x0a, new Uint8Array([1]))
  const said = [octets(attested.clientDataHash), octets(new Uint8Array()), sequence(), sequence()]
  const description = sequence(integer(3), level, integer(4), level, ...said)
  const extensions = [extension('1.3.6.1.4.1.11129.2.1.17', description)]
  return {
    ...(await selfSigned(attested)),
    x5c: await makeChain({ spki: attested.key.spki, subject, extensions }, revocations),
  }
}

/** Section 8.6. */
const fidoU2f: Certifying = async (attested, revocations) => {
  const { id, key, authenticatorData, clientDataHash } = attested
  const relyingParty = authenticatorData.subarray(0, 32)
  const [x5c] = await makeChain({ spki: key.spki, subject, extensions: [] }, revocations)
  const signed = concat(new Uint8Array(1), relyingParty, clientDataHash, id, pointOf(attested))
  return { sig: await key.sign(signed), x5c: x5c ? [x5c] : [] }
}

/** Every form of a statement that anybody can make and that brings certificates, by its name. */
export const certifyingStatements = { packed, tpm, 'android-key': androidKey, 'fido-u2f': fidoU2f }
