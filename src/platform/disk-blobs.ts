import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, realpath, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Blobs } from '#core/blobs'
import type { Config } from '#core/config'
import type { Clock } from '#core/platform'
import { signOwnUpload } from '#core/sign-own-upload'

/** Larger than the first line of any file of ours, which is the type of what follows. */
const longestTypeBytes = 256
const partBytes = 64 * 1024

const isMissing = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')

const unlessMissing = async <Result>(work: Promise<Result>): Promise<Result | undefined> => {
  try {
    return await work
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

interface OpenFile {
  handle: FileHandle
  contentType: string
  /** Where the blob begins in its file. */
  start: number
  size: number
}

const readStart = async (handle: FileHandle): Promise<OpenFile> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestTypeBytes), 0, longestTypeBytes, 0)
  const end = buffer.subarray(0, bytesRead).indexOf('\n')
  if (end < 0) throw new Error('A file in the blob directory is none of ours.')
  const { size } = await handle.stat()
  return { handle, contentType: buffer.toString('latin1', 0, end), start: end + 1, size: size - end - 1 }
}

const streamOf = ({ handle, start }: OpenFile, offset: number, length: number) => {
  let position = start + offset
  const end = position + length
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      const part = new Uint8Array(Math.min(partBytes, end - position))
      const { bytesRead } = part.length > 0 ? await handle.read(part, 0, part.length, position) : { bytesRead: 0 }
      position += bytesRead
      if (bytesRead > 0) return controller.enqueue(part.subarray(0, bytesRead))
      await handle.close()
      controller.close()
    },
    cancel: () => handle.close(),
  })
}

/**
 * Keeps blobs in a directory that only we may read: for one machine. A blob is written beside its place, flushed, and moved
 * there, so that there is a whole one or none. Its type is the first line of its file. It signs no uploads, so these come to us.
 * @param directory is made when the first blob comes
 */
export const createDiskBlobs = (directory: string, config: Config, clock: Clock): Blobs => {
  /** The place of a key. Throws when a link on the way there leads elsewhere. */
  const placeOf = async (key: string): Promise<string> => {
    const folder = dirname(key)
    const real = await realpath(join(directory, folder))
    if (real !== join(await realpath(directory), folder)) throw new Error('A link leads out of the blob directory.')
    return join(real, basename(key))
  }

  const openFile = async (key: string): Promise<OpenFile | undefined> => {
    const place = await unlessMissing(placeOf(key))
    const handle = place && (await unlessMissing(open(place, constants.O_RDONLY | constants.O_NOFOLLOW)))
    if (!handle) return undefined
    try {
      return await readStart(handle)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** A file in the making has a name that no key has, and that tells which key it is for. */
  const draftStart = (key: string) => `.${basename(key)}~`

  const write = async (key: string, bytes: Uint8Array, contentType: string) => {
    await mkdir(join(directory, dirname(key)), { recursive: true, mode: 0o700 })
    const place = await placeOf(key)
    const draft = join(dirname(place), `${draftStart(key)}${randomUUID()}`)
    try {
      const handle = await open(draft, 'wx', 0o600)
      try {
        await handle.writeFile(`${contentType}\n`, 'latin1')
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(draft, place)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
    const folder = await open(dirname(place), constants.O_RDONLY)
    await folder.sync().finally(() => folder.close())
  }

  /** Takes folders away that are empty now; one that another blob has come to stays. */
  const removeEmptyFolders = async (folder: string) => {
    for (let empty = folder; empty !== '.'; empty = dirname(empty)) {
      const isGone = await rmdir(join(directory, empty)).then(
        () => true,
        () => false,
      )
      if (!isGone) return
    }
  }

  const remove = async (key: string) => {
    const place = await unlessMissing(placeOf(key))
    if (!place) return
    // Another job may take the folder away at this moment.
    const names = (await unlessMissing(readdir(dirname(place)))) ?? []
    const drafts = names.filter((name) => name.startsWith(draftStart(key)))
    for (const name of [basename(key), ...drafts]) await rm(join(dirname(place), name), { force: true })
    await removeEmptyFolders(dirname(key))
  }

  return {
    put: async (key, bytes, contentType) => {
      // A folder that is emptied at this moment is taken away under us: then it is made again.
      if ((await unlessMissing(write(key, bytes, contentType).then(() => true))) === undefined) {
        await write(key, bytes, contentType)
      }
    },
    get: async (key, range) => {
      const file = await openFile(key)
      if (!file) return undefined
      const { offset, length } = range ?? { offset: 0, length: file.size }
      return { body: streamOf(file, offset, length), contentType: file.contentType, size: file.size }
    },
    head: async (key) => {
      const file = await openFile(key)
      if (!file) return undefined
      await file.handle.close()
      return { size: file.size, contentType: file.contentType }
    },
    delete: async (keys) => {
      for (const key of keys) await remove(key)
    },
    signUpload: (key, upload) => signOwnUpload({ config, clock }, key, upload),
  }
}
