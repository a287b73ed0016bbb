import type { Sql } from 'postgres'
import { testName } from './real-postgres'

/** Accounts without a password whose address is not proved: every mail with a link may go there. */
export const insertPeople = async (sql: Sql, addresses: string[]): Promise<void> => {
  await sql`
    insert into "user" (id, email, created_at, updated_at)
    select gen_random_uuid(), email, now(), now() from unnest(${addresses}::text[]) email`
}

/** Ends waits for another try, as an operator may when a provider is back; of jobs that were retried `most` times, none. */
export const endWaits = async (sql: Sql, most = 1000): Promise<void> => {
  await sql`
    update pgboss.job set start_after = now() where state = 'retry' and start_after > now() and retry_count < ${most}`
}

/** Waits until nobody but the test is connected: Postgres ends what a process that is dead by now had sent before. */
export const untilNobodyIsConnected = (sql: Sql): Promise<void> =>
  waitUntil(async () => {
    const others = await sql`
      select from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and application_name <> ${testName}`
    return others.count === 0
  }, 10)

/** Lets the time of every job that is being worked run out, and the next round of maintenance come due. */
export const expireActiveJobs = async (sql: Sql): Promise<void> => {
  await sql`update pgboss.job set started_on = started_on - interval '1 minute' where state = 'active'`
  await sql`update pgboss.queue set monitor_on = null, monitor_claim_on = null`
}

export interface UnfinishedJob {
  id: string
  name: string
  state: 'created' | 'retry' | 'active'
  retryCount: number
  /** Of the last try. */
  reason: string | null
  waitSeconds: number
}

/** Jobs that wait for their turn or have it, dead letters and housekeeping left out. */
export const listUnfinishedMail = (sql: Sql): Promise<UnfinishedJob[]> =>
  sql<UnfinishedJob[]>`
    select id, name, state::text, retry_count as "retryCount", output ->> 'reason' as reason,
      extract(epoch from start_after - now())::float as "waitSeconds"
    from pgboss.job where state < 'completed' and name like 'send-%' order by created_on, id`

export const countUnfinishedMail = async (sql: Sql): Promise<number> =>
  (await sql`select from pgboss.job where state < 'completed' and name like 'send-%'`).count

export const countDeadLetters = async (sql: Sql): Promise<number> =>
  (await sql`select from pgboss.job where name = 'dead-letters' and state < 'completed'`).count

/** Waits until something holds; throws with what `describe` says of the state when it takes too long. */
export const waitUntil = async (
  holds: () => boolean | Promise<boolean>,
  seconds: number,
  describe: () => unknown = () => '',
): Promise<void> => {
  for (const giveUpAt = Date.now() + seconds * 1000; Date.now() < giveUpAt; await Bun.sleep(20)) {
    if (await holds()) return
  }
  throw new Error(`It took more than ${seconds} s: ${holds} ${JSON.stringify(await describe())}`)
}

/** Waits until every mail is done with, without the waits between tries. */
export const untilMailIsDone = (sql: Sql, seconds: number): Promise<void> =>
  waitUntil(
    async () => {
      await endWaits(sql)
      return (await countUnfinishedMail(sql)) === 0
    },
    seconds,
    () => listUnfinishedMail(sql),
  )
