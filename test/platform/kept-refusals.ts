import type { Refusal, RefusalLog } from '#core/refusals'
import type { Database } from '#db/database'
import { recordRefusals } from '../../src/features/operations/record-refusals'

/** Keeps all refusals until they are to be written. */
export const createKeptRefusals = (): { refusals: RefusalLog; writeRefusals(db: Database): Promise<void> } => {
  let waiting: Refusal[] = []
  return {
    refusals: { note: (refusal) => void waiting.push(refusal) },
    writeRefusals: async (db) => {
      const noted = waiting
      waiting = []
      if (noted.length > 0) await recordRefusals({ db }, noted)
    },
  }
}
