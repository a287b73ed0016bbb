import type { ArchiveStore } from '#core/archive-store'
import { decompress, decrypt } from '#platform/archive-codec'
import { BrokenArchive } from './manifest'

const ageStart = new TextEncoder().encode('age-encryption.org/')
const zstdStart = new Uint8Array([0x28, 0xb5, 0x2f, 0xfd])

const startsWith = (bytes: Uint8Array, start: Uint8Array) => start.every((byte, at) => bytes[at] === byte)

/** The same pieces, the first of them at least so long, unless there are fewer bytes in all. */
async function* withLongStart(pieces: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let start = new Uint8Array()
  for await (const piece of pieces) {
    if (start.length >= length) {
      yield piece
      continue
    }
    const joined = new Uint8Array(start.length + piece.length)
    joined.set(start)
    joined.set(piece, start.length)
    start = joined
    if (start.length >= length) yield start
  }
  if (start.length < length) yield start
}

async function* fromStore(store: ArchiveStore, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* store.read(name)
  } catch (error) {
    throw new BrokenArchive(`${store.placeOf(name)} can’t be read.`, { cause: error })
  }
}

/**
 * The content of an archive, from its beginning: decrypted and decompressed. Throws `BrokenArchive`.
 * @param identities private keys of age, of which one opens it, if it is encrypted
 */
export async function* openArchive(
  store: ArchiveStore,
  name: string,
  identities: readonly string[],
): AsyncGenerator<Uint8Array> {
  const pieces = withLongStart(fromStore(store, name), ageStart.length)
  const { value: first } = await pieces.next()
  const whole = async function* () {
    if (first) yield first
    yield* pieces
  }
  const isEncrypted = first !== undefined && startsWith(first, ageStart)
  if (isEncrypted && identities.length === 0)
    throw new BrokenArchive('The archive is encrypted: say --identity with the file of its private key.')
  if (!isEncrypted && !(first && startsWith(first, zstdStart)))
    throw new BrokenArchive(`${store.placeOf(name)} is no backup of Postern’s.`)
  try {
    yield* decompress(isEncrypted ? decrypt(whole(), identities) : whole())
  } catch (error) {
    if (error instanceof BrokenArchive) throw error
    const isForOthers = error instanceof Error && /no identity matched/.test(error.message)
    throw new BrokenArchive(
      isForOthers ? 'The archive is encrypted to other keys than this one.' : 'The archive is damaged or cut off.',
      { cause: error },
    )
  }
}
