/** An archive where it is kept. */
export interface StoredArchive {
  name: string
  bytes: number
}

/** Where archives are kept. */
export interface ArchiveStore {
  /** The place of an archive, for people. */
  placeOf(name: string): string
  list(): Promise<StoredArchive[]>
  /** Writes a whole archive or none: until all of it is there, nothing has its name. @returns its size in bytes */
  write(name: string, pieces: AsyncIterable<Uint8Array>): Promise<number>
  /** Throws when there is none of this name. */
  read(name: string): AsyncIterable<Uint8Array>
  delete(name: string): Promise<void>
}
