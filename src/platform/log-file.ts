import { constants } from 'node:fs'
import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises'
import { systemClock, wait } from './system'

export interface LogFileOptions {
  path: string
  /** A file is full when the next lines would make it larger. */
  mostBytes: number
  /** How many full files are kept, as `.1` (the newest), `.2`, …. */
  kept: number
  /** Told when the disk refuses lines and, once it takes them again, how many were lost. */
  onTrouble: (trouble: { error: unknown } | { lost: number }) => void
}

/** What waits for the disk at most. Beyond it lines are lost rather than memory. */
const mostWaitingBytes = 8 * 1024 * 1024
/** So much is written at once at most. */
const batchBytes = 256 * 1024
const retryMs = 1000

interface Opened {
  handle: FileHandle
  /** Which file it is, however it is called by now. */
  inode: number
  size: number
}

const openForAppending = async (path: string): Promise<Opened> => {
  const { O_APPEND, O_CREAT, O_RDWR } = constants
  const handle = await open(path, O_APPEND | O_CREAT | O_RDWR, 0o640)
  const { ino: inode, size } = await handle.stat()
  return { handle, inode, size }
}

const isMissing = (error: NodeJS.ErrnoException) => error.code === 'ENOENT'

/** Puts the full file aside, and the others one further; the last is overwritten. */
const putAside = async (path: string, kept: number): Promise<void> => {
  for (let number = kept; number > 0; number -= 1) {
    const from = number === 1 ? path : `${path}.${number - 1}`
    await rename(from, `${path}.${number}`).catch((error: NodeJS.ErrnoException) => {
      if (!isMissing(error)) throw error
    })
  }
}

/** Whoever holds a lock for longer has died. */
const longestLockMs = 5000

/** Does `work` while no other process does the like with the file, since two that move the same files lose some. */
const alone = async (path: string, work: () => Promise<void>): Promise<void> => {
  const lock = `${path}.lock`
  for (;;) {
    const held = await open(lock, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    if (held) {
      await held.close()
      break
    }
    const age = await stat(lock).then(
      ({ mtimeMs }) => systemClock.now().getTime() - mtimeMs,
      () => 0,
    )
    if (age > longestLockMs) await unlink(lock).catch(() => {})
    else await wait(5)
  }
  await work().finally(() => unlink(lock).catch(() => {}))
}

/**
 * A file of lines that is put aside when it is full. Lines are whole in one file, and wait in memory for a disk that is slow or
 * full: nobody waits for it. A file that somebody else put aside is begun anew.
 */
export const openLogFile = ({ path, mostBytes, kept, onTrouble }: LogFileOptions) => {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let lost = 0
  let file: Opened | undefined
  let writing: Promise<void> | undefined
  let isInTrouble = false
  let isClosing = false

  const close = async () => {
    await file?.handle.close()
    file = undefined
  }

  const current = async (more: number): Promise<Opened> => {
    const found = await stat(path).catch(() => undefined)
    if (file && found?.ino === file.inode) file.size = found.size
    else await close()
    file ??= await openForAppending(path)
    if (file.size === 0 || file.size + more <= mostBytes) return file
    await close()
    await alone(path, async () => {
      // Another process may have put it aside meanwhile.
      const size = (await stat(path).catch(() => undefined))?.size ?? 0
      if (size > 0 && size + more > mostBytes) await putAside(path, kept)
    })
    file = await openForAppending(path)
    return file
  }

  /** As many lines as go into one write, and into what is left of the file. */
  const nextBatch = (): Buffer[] => {
    const room = Math.min(batchBytes, mostBytes - (file?.size ?? 0))
    let [count, bytes] = [0, 0]
    for (const line of waiting) {
      bytes += line.length
      if (bytes > room) break
      count += 1
    }
    return waiting.slice(0, Math.max(count, 1))
  }

  const writeBatch = async (): Promise<void> => {
    const batch = nextBatch()
    const bytes = Buffer.concat(batch)
    const opened = await current(bytes.length)
    try {
      await opened.handle.appendFile(bytes)
    } catch (error) {
      // Half a line is worse than none: the whole batch is written again.
      await opened.handle.truncate(opened.size).catch(() => {})
      throw error
    }
    opened.size += bytes.length
    waiting = waiting.slice(batch.length)
    waitingBytes -= bytes.length
  }

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      try {
        await writeBatch()
        isInTrouble = false
        if (lost > 0) onTrouble({ lost })
        lost = 0
      } catch (error) {
        if (!isInTrouble) onTrouble({ error })
        isInTrouble = true
        await close().catch(() => {})
        if (isClosing) return
        await new Promise((resolve) => setTimeout(resolve, retryMs).unref())
      }
    }
  }

  return {
    write: (line: string): void => {
      const bytes = Buffer.from(`${line}\n`)
      if (waitingBytes + bytes.length > mostWaitingBytes) {
        lost += 1
        return
      }
      waiting.push(bytes)
      waitingBytes += bytes.length
      writing ??= run().finally(() => {
        writing = undefined
      })
    },
    /** Resolves when everything is in the file or, if the disk refuses it, has been tried once more. */
    close: async (): Promise<void> => {
      isClosing = true
      await writing
      await close()
    },
  }
}
