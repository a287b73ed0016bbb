import type { CoreContext } from '#core/context'
import type { CacheFacts } from './contract'
import { eraseMark, readMark, writeMark } from './queries'

/** Hyperdrive keeps an answer for a minute, so the second read would already be an old one. */
const rounds = 20

/** Writes a number and reads it back, again and again: a read that gives an older one came from a cache. */
export async function examineCache({ db, clock, ids }: CoreContext): Promise<CacheFacts> {
  const id = ids.next()
  let stale = 0
  try {
    for (let mark = 1; mark <= rounds; mark += 1) {
      await writeMark(db, { id, now: clock.now(), mark })
      const [row] = await readMark(db, { id })
      if (row?.mark !== mark) stale += 1
    }
  } finally {
    await eraseMark(db, { id })
  }
  return { rounds, stale }
}
