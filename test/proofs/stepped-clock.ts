import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../support/bun-server'
import { makeTemporaryFolder } from '../support/folders'

const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'].map(
  (folder) => `${folder}/faketime/libfaketimeMT.so.1`,
)

/** A clock of processes that runs as ever, and jumps ahead when it is told to. */
export interface SteppedClock {
  /** What makes a process go by it. */
  settings: Settings
  now: () => Date
  advance: (seconds: number) => void
}

/** Opens a clock by libfaketime (Debian's package of that name), which the processes of a test share through a file. */
export const openSteppedClock = (): SteppedClock => {
  const library = libraries.find(existsSync)
  if (!library) throw new Error('This proof wants libfaketime: apt-get install libfaketime')
  const folder = makeTemporaryFolder()
  const [file, next] = [join(folder, 'offset'), join(folder, 'next')]
  let offset = 0
  const write = () => {
    writeFileSync(next, `+${offset}s\n`)
    // At once for whoever reads it.
    renameSync(next, file)
  }
  write()
  return {
    settings: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // Timers and deadlines go on by the true clock.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    now: () => new Date(Date.now() + offset * 1000),
    advance: (seconds) => {
      offset += seconds
      write()
    },
  }
}
