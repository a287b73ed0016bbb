/** The signatures that our options name (RFC 9053). */
export type SignatureAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

/** What CBOR (RFC 8949) has for what authenticators say. */
export type Cbor = number | string | Uint8Array | Cbor[] | Map<number, Cbor> | { [name: string]: Cbor }

/** A key pair of an authenticator. */
export interface CosePrivateKey {
  /** As COSE numbers it. */
  alg: number
  /** The public key as COSE writes it. */
  cose: Map<number, Cbor>
  /** The public key as everybody else writes it. */
  spki: Uint8Array
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
}

const encoder = new TextEncoder()

const toHead = (major: number, value: number): number[] => {
  if (value < 24) return [(major << 5) | value]
  return value < 256 ? [(major << 5) | 24, value] : [(major << 5) | 25, value >> 8, value & 255]
}

const toItem = (item: Cbor): number[] => {
  if (typeof item === 'number') return item < 0 ? toHead(1, -1 - item) : toHead(0, item)
  if (typeof item === 'string') return [...toHead(3, encoder.encode(item).length), ...encoder.encode(item)]
  if (item instanceof Uint8Array) return [...toHead(2, item.length), ...item]
  if (Array.isArray(item)) return [...toHead(4, item.length), ...item.flatMap(toItem)]
  const entries: [Cbor, Cbor][] = item instanceof Map ? [...item] : Object.entries(item)
  return [...toHead(5, entries.length), ...entries.flat().flatMap(toItem)]
}

/** Writes CBOR, nothing of which is longer than 64 KiB. */
export const encodeCbor = (item: Cbor): Uint8Array<ArrayBuffer> => new Uint8Array(toItem(item))

/** An integer of DER: no zeros before it but the one that keeps it positive. */
const toDerInteger = (bytes: Uint8Array): number[] => {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = [...bytes.subarray(first < 0 ? bytes.length - 1 : first)]
  const positive = (digits[0] ?? 0) > 127 ? [0, ...digits] : digits
  return [2, positive.length, ...positive]
}

/** The two numbers of an ECDSA signature as WebAuthn has them (section 6.5.5): in DER. */
const toDerSignature = (raw: Uint8Array): Uint8Array => {
  const half = raw.length / 2
  const numbers = [...toDerInteger(raw.subarray(0, half)), ...toDerInteger(raw.subarray(half))]
  return new Uint8Array([0x30, numbers.length, ...numbers])
}

type Member = (name: 'x' | 'y' | 'n' | 'e') => Uint8Array

/** How each algorithm is generated, used, and written by COSE (RFC 9053, section 7; RFC 8230, section 4). */
const algorithms = {
  ES256: {
    alg: -7,
    generate: { name: 'ECDSA', namedCurve: 'P-256' },
    use: { name: 'ECDSA', hash: 'SHA-256' },
    toParameters: (member: Member): [number, Cbor][] => [
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, member('x')],
      [-3, member('y')],
    ],
    toSignature: toDerSignature,
  },
  EdDSA: {
    alg: -8,
    generate: { name: 'Ed25519' },
    use: { name: 'Ed25519' },
    toParameters: (member: Member): [number, Cbor][] => [
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, member('x')],
    ],
    toSignature: (raw: Uint8Array) => raw,
  },
  RS256: {
    alg: -257,
    generate: {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    },
    use: { name: 'RSASSA-PKCS1-v1_5' },
    toParameters: (member: Member): [number, Cbor][] => [
      [1, 3],
      [3, -257],
      [-1, member('n')],
      [-2, member('e')],
    ],
    toSignature: (raw: Uint8Array) => raw,
  },
}

/** Makes a key pair. */
export const makeKey = async (algorithm: SignatureAlgorithm): Promise<CosePrivateKey> => {
  const { alg, generate, use, toParameters, toSignature } = algorithms[algorithm]
  const pair = await crypto.subtle.generateKey(generate, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error(`${algorithm} has no key pair.`)
  const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
  return {
    alg,
    spki,
    cose: new Map(toParameters((name) => Uint8Array.fromBase64(jwk[name] ?? '', { alphabet: 'base64url' }))),
    sign: async (bytes) => toSignature(new Uint8Array(await crypto.subtle.sign(use, pair.privateKey, bytes))),
  }
}
