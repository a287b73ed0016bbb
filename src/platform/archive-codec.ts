import { pipeline, Readable } from 'node:stream'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'

/** zstd’s own default: faster than a disk, and most of what there is to win. */
const compressionLevel = 3

type Bytes = AsyncIterable<Uint8Array>

/** A stream that is read as fast as somebody takes from it. */
export const toStream = (pieces: Bytes): ReadableStream<Uint8Array> => {
  const iterator = pieces[Symbol.asyncIterator]()
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await iterator.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: async () => {
      await iterator.return?.()
    },
  })
}

/** zstd (RFC 8878), with its checksum. */
export async function* compress(pieces: Bytes): AsyncGenerator<Uint8Array> {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = constants
  const compressor = createZstdCompress({ params: { [level]: compressionLevel, [checksum]: 1 } })
  // A failure of the source destroys the compressor, so that whoever reads it is told.
  pipeline(Readable.from(pieces), compressor, () => {})
  yield* compressor
}

export async function* decompress(pieces: Bytes): AsyncGenerator<Uint8Array> {
  const decompressor = createZstdDecompress()
  pipeline(Readable.from(pieces), decompressor, () => {})
  yield* decompressor
}

/** age (age-encryption.org/v1), to everyone of these. Throws when one is no recipient. */
export async function* encrypt(pieces: Bytes, recipients: readonly string[]): AsyncGenerator<Uint8Array> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  yield* await encrypter.encrypt(toStream(pieces))
}

/** The same taken back, by any of these. Throws when none opens it, and when anything is missing or altered. */
export async function* decrypt(pieces: Bytes, identities: readonly string[]): AsyncGenerator<Uint8Array> {
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity)
  yield* await decrypter.decrypt(toStream(pieces))
}

/** A new key pair of age: the private key opens what is encrypted to the public one. */
export const makeIdentity = async (): Promise<{ identity: string; recipient: string }> => {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}
