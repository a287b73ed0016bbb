import type postgres from 'postgres'
import { logIn } from '../runtimes/account'

/** What people who logged in all the while met with. */
export interface LoadFigures {
  answered: number
  errors: string[]
  middleMs: number
  /** The 99th of a hundred. */
  slowMs: number
  slowestMs: number
}

/** Logs people in at servers, so many at a time, until it is ended. @param emailOf the address of the n-th log-in */
export const startLogIns = (urls: string[], lanes: number, emailOf: (at: number) => string) => {
  const times: number[] = []
  const errors: string[] = []
  let isOver = false
  let begun = 0
  const run = async () => {
    while (!isOver) {
      begun += 1
      const startedAt = performance.now()
      await logIn(urls[begun % urls.length] ?? '', emailOf(begun)).catch((error: unknown) => errors.push(String(error)))
      times.push(performance.now() - startedAt)
    }
  }
  const running = Array.from({ length: lanes }, run)
  return {
    end: async (): Promise<LoadFigures> => {
      isOver = true
      await Promise.all(running)
      const sorted = times.toSorted((a, b) => a - b)
      const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)
      const slowestMs = Math.round(sorted.at(-1) ?? 0)
      return { answered: times.length - errors.length, errors, middleMs: at(0.5), slowMs: at(0.99), slowestMs }
    },
  }
}

const lookEveryMs = 20

/**
 * Looks for locks that somebody waits for, until it is ended.
 * @returns the longest wait in milliseconds for each kind of lock, by who waits: `servers`, or `migration` for another build
 */
export const watchLockWaits = (sql: postgres.Sql, servers: string) => {
  const longest = new Map<string, number>()
  let isOver = false
  const look = async () => {
    const waits = await sql`
      select activity.application_name = ${servers} as served, lock.locktype,
        extract(epoch from clock_timestamp() - lock.waitstart)::float8 * 1000 as milliseconds
      from pg_locks lock join pg_stat_activity activity using (pid)
      where not lock.granted and lock.waitstart is not null and activity.datname = current_database()`
    for (const { served, locktype, milliseconds } of waits) {
      const name = `${served ? 'servers' : 'migration'}: ${locktype}`
      longest.set(name, Math.max(longest.get(name) ?? 0, Math.round(milliseconds)))
    }
  }
  const watching = (async () => {
    for (; !isOver; await Bun.sleep(lookEveryMs)) await look()
  })()
  return {
    end: async () => {
      isOver = true
      await watching
      return longest
    },
  }
}
