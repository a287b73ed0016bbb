import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#db/database'

/** Who holds a lock that somebody waits for. */
export interface Holder {
  pid: number
  application: string
  user: string | null
  state: string | null
  /** How long its transaction and its last statement are under way. */
  transactionSeconds: number | null
  statementSeconds: number | null
}

const lookEveryMs = 50

/** No text of a query: it may quote a value. */
const findHolders = async (db: Database, pid: string): Promise<Holder[]> => {
  const seconds = (since: string) => `extract(epoch from clock_timestamp() - ${since})::float8`
  const rows = await db.run(
    `select pid::float8 as pid, application_name as application, usename::text as "user", state,
       ${seconds('xact_start')} as "transactionSeconds", ${seconds('query_start')} as "statementSeconds"
     from pg_stat_activity where pid = any(pg_blocking_pids($1::text::integer)) order by pid`,
    [pid],
    'objects',
  )
  // The text above says what a row is.
  return rows as Holder[]
}

const since = (seconds: number | null) => (seconds === null ? 'unknown time' : `${Math.round(seconds)} s`)

/** Who it is, for people. */
export const describeHolders = (holders: Holder[]): string => {
  if (holders.length === 0) return 'Nobody holds it any more.'
  const each = holders.map(({ pid, application, user, state, transactionSeconds, statementSeconds }) => {
    const who = `pid ${pid} (${application || 'unnamed'}, user ${user ?? 'unknown'}, ${state ?? 'unknown'})`
    return `${who}, whose transaction began ${since(transactionSeconds)} and last statement ${since(statementSeconds)} ago`
  })
  return `It is held by ${each.join('; ')}.`
}

/** Looks at who blocks a connection of ours, from another one, as long as it is open. */
export const watchHolders = (db: Database) => {
  let isOver = false
  let seen: Holder[] = []
  let looking: Promise<void> | undefined
  const look = async (pid: string) => {
    while (!isOver) {
      const found = await findHolders(db, pid).catch(() => [])
      if (found.length > 0) seen = found
      await sleep(lookEveryMs)
    }
  }
  const end = async () => {
    isOver = true
    await looking
  }
  return {
    /** @param pid of the server's process for our connection */
    watch: (pid: string) => {
      looking ??= look(pid)
    },
    /** Those who were seen last. Ends the looking. */
    last: async () => {
      await end()
      return seen
    },
    [Symbol.asyncDispose]: end,
  }
}
