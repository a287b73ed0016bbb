import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArchiveStore } from '#core/archive-store'

/** A draft that nobody has written to for so long is of a process that died. */
const abandonedMilliseconds = 24 * 60 * 60 * 1000
const draftEnd = '.partial'
/** Larger pieces than streams come in by themselves: fewer calls. */
const readBytes = 1024 * 1024

const flushFolder = async (directory: string) => {
  const folder = await open(directory, 'r')
  await folder.sync().finally(() => folder.close())
}

/** Takes away what processes left that died while they wrote. */
const removeAbandoned = async (directory: string, now: Date) => {
  for (const name of await readdir(directory)) {
    if (!name.startsWith('.') || !name.endsWith(draftEnd)) continue
    const { mtimeMs } = await stat(join(directory, name))
    if (mtimeMs < now.getTime() - abandonedMilliseconds) await rm(join(directory, name), { force: true })
  }
}

/**
 * Archives as files of a directory that only we may read. One is written under another name, flushed, and renamed.
 * @param directory is made when the first archive comes
 */
export const createDiskArchives = (directory: string, clock: { now(): Date }): ArchiveStore => ({
  placeOf: (name) => join(directory, name),
  list: async () => {
    const names = await readdir(directory).catch(() => [])
    const files = await Promise.all(names.map(async (name) => ({ name, facts: await stat(join(directory, name)) })))
    return files.filter(({ facts }) => facts.isFile()).map(({ name, facts }) => ({ name, bytes: facts.size }))
  },
  write: async (name, pieces) => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await removeAbandoned(directory, clock.now())
    const draft = join(directory, `.${name}.${randomUUID()}${draftEnd}`)
    let bytes = 0
    try {
      const file = await open(draft, 'wx', 0o600)
      try {
        for await (const piece of pieces) {
          await file.writeFile(piece)
          bytes += piece.length
        }
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, join(directory, name))
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
    await flushFolder(directory)
    return bytes
  },
  read: (name) => createReadStream(join(directory, name), { highWaterMark: readBytes }),
  delete: (name) => rm(join(directory, name), { force: true }),
})
