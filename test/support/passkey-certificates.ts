import { type CosePrivateKey, makeKey } from './passkey-keys'
import { concat } from './passkeys'

const encoder = new TextEncoder()

/** DER (X.690): a tag, how long its content is, and that; nothing is longer than 64 KiB. */
export const der = (tag: number, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const content = concat(...parts)
  const { length } = content
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return concat(new Uint8Array([tag, ...(length < 128 ? [length] : long)]), content)
}

export const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts)
export const octets = (bytes: Uint8Array) => der(0x04, bytes)
export const integer = (value: number) => der(0x02, new Uint8Array([value]))
const text = (tag: number, value: string) => der(tag, encoder.encode(value))

const toBase128 = (arc: number): number[] =>
  arc < 128 ? [arc] : [...toBase128(arc >> 7).map((digit) => digit | 128), arc & 127]

export const oid = (dotted: string) => {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number)
  return der(0x06, new Uint8Array([first * 40 + second, ...arcs].flatMap(toBase128)))
}

/** A distinguished name of UTF-8 strings; of a country it is read all the same. */
export const name = (attributes: Record<string, string>) =>
  sequence(...Object.entries(attributes).map(([type, value]) => der(0x31, sequence(oid(type), text(0x0c, value)))))

export const extension = (type: string, ...value: Uint8Array[]) => sequence(oid(type), octets(concat(...value)))

const [year2000, year2049] = [text(0x17, '000101000000Z'), text(0x17, '491231235959Z')]

/** Whom a certificate is for, and what it says of them. */
interface Certified {
  spki: Uint8Array
  subject: Uint8Array
  extensions: Uint8Array[]
}

/** A certificate of RFC 5280, signed with a key of ES256. */
const certify = async ({ spki, subject, extensions }: Certified, issuer: Uint8Array, { sign }: CosePrivateKey) => {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
  const validity = sequence(year2000, year2049)
  const serial = integer(1 + Math.floor(Math.random() * 127))
  const said = [serial, algorithm, issuer, validity, subject, spki, der(0xa3, sequence(...extensions))]
  const body = sequence(der(0xa0, integer(2)), ...said)
  return sequence(body, algorithm, der(0x03, new Uint8Array([0]), await sign(body)))
}

/**
 * The certificate of a key and the one of its issuer, whom nobody knows.
 * @param revocations where both say that it is told which of them were revoked
 */
export const makeChain = async (certified: Certified, revocations: string): Promise<Uint8Array[]> => {
  const root = await makeKey('ES256')
  const issuer = name({ '2.5.4.3': 'Nobody' })
  const distribution = der(0xa0, der(0xa0, text(0x86, revocations)))
  const told = extension('2.5.29.31', sequence(sequence(distribution)))
  const isAuthority = extension('2.5.29.19', sequence(der(0x01, new Uint8Array([255]))))
  return Promise.all([
    certify({ ...certified, extensions: [...certified.extensions, told] }, issuer, root),
    certify({ spki: root.spki, subject: issuer, extensions: [isAuthority, told] }, issuer, root),
  ])
}
