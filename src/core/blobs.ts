/** A blob on its way to whoever asked for it. */
export interface StoredBlob {
  body: ReadableStream<Uint8Array<ArrayBuffer>>
  contentType: string
  /** Of the whole blob, in bytes, also where only a part is in `body`. */
  size: number
}

/** Where somebody may put a blob themselves, for some time, and what they have to send along. */
export interface SignedUpload {
  method: 'PUT'
  url: string
  headers: Record<string, string>
}

const keyPart = '[A-Za-z0-9_-][A-Za-z0-9_.-]*'
const wellFormedKey = new RegExp(`^${keyPart}(?:/${keyPart})*$`)
const longestKey = 512

/** Whether a text can be the key of a blob: nothing that a file system or an address would read in another way. */
export const isBlobKey = (text: string): boolean => text.length <= longestKey && wellFormedKey.test(text)

/** Keeps bytes by key. All but `signUpload` throw `blobs-unavailable`. Keys are ours alone: words of `[A-Za-z0-9_.-]` between slashes, never a part that begins with a dot. */
export interface Blobs {
  put(key: string, bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<void>
  /** @param range in bytes; it lies within the blob */
  get(key: string, range?: { offset: number; length: number }): Promise<StoredBlob | undefined>
  /** What is known of a blob without reading it. */
  head(key: string): Promise<{ size: number; contentType: string } | undefined>
  /** A key that is not there is no fault. */
  delete(keys: string[]): Promise<void>
  /** @param bytes how many there will be, exactly: the store accepts no others */
  signUpload(key: string, upload: { contentType: string; bytes: number; seconds: number }): Promise<SignedUpload>
}
