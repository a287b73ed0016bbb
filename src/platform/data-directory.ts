import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * Takes the directory for this process: two embedded databases on the same files would destroy them.
 * @returns gives it back
 */
export const lockDataDirectory = (directory: string): (() => void) => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = join(directory, 'pid')
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw new Error(`${directory} is in use by process ${holder}. Stop it, or set DATA_DIRECTORY to another folder.`)
  }
  writeFileSync(file, String(process.pid))
  return () => rmSync(file, { force: true })
}

/** The development secret: made once, kept in the data directory, readable by its owner only. */
export const readOrCreateSecret = (directory: string): string => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = join(directory, 'secret')
  if (!existsSync(file)) {
    writeFileSync(file, crypto.getRandomValues(new Uint8Array(32)).toHex(), { mode: 0o600 })
    chmodSync(file, 0o600)
  }
  return readFileSync(file, 'utf8').trim()
}
