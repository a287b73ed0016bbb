import type { Reply } from '../support/send'

/** Settings of a server that bears with people whose password is another by now: no lock, and no answer held back. */
export const patient = { LOCKOUT_FAILURES: '100', LOCKOUT_DELAY_MILLISECONDS: '0' }

/** Makes `count` calls at once and waits for all. */
export const inParallel = <Result>(count: number, call: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => call(index)))

/** How many answers had each status. */
export const countByStatus = (replies: Reply[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(replies, ({ status }) => status)].map(([status, group]) => [status, group.length]))
