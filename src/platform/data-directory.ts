import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Someone else's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** When a process started, in clock ticks since boot, where /proc tells: its number alone is soon another's. */
const startOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

const findHolder = (file: string): number | undefined => {
  const [pid = 0, start = ''] = existsSync(file) ? readFileSync(file, 'utf8').split(' ') : []
  const holder = Number(pid)
  const isHeld = holder > 0 && holder !== process.pid && isAlive(holder) && startOf(holder) === start
  return isHeld ? holder : undefined
}

/**
 * Takes the directory for this process: two embedded databases on the same files would destroy them.
 * @returns gives it back
 */
export const lockDataDirectory = (directory: string): (() => void) => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = join(directory, 'pid')
  const holder = findHolder(file)
  if (holder !== undefined) {
    throw new Error(`${directory} is in use by process ${holder}. Stop it, or set DATA_DIRECTORY to another folder.`)
  }
  writeFileSync(file, `${process.pid} ${startOf(process.pid)}`)
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
