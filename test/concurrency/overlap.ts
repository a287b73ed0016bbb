import postgres, { type ISql } from 'postgres'
import type { Reply } from '../support/send'

const patienceSeconds = 15

/** What an operator's console may hold of a person: their row, or those of their sessions. */
const holds = {
  person: (sql: ISql, email: string) => sql`select from "user" where email = ${email} for update`,
  sessions: (sql: ISql, email: string) => sql`
    select from session where user_id = (select id from "user" where email = ${email}) for update`,
}

/**
 * Makes two calls that overlap in this order, while rows of a person are held: the second begins when the first waits for
 * them, or is answered; then the rows are let go.
 */
export const overlap = async (
  email: string,
  held: keyof typeof holds,
  first: () => Promise<Reply>,
  second: () => Promise<Reply>,
): Promise<[Reply, Reply]> => {
  const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 2, onnotice: () => {} })
  let underWay = 0

  /** Makes a call, and waits until all so far wait or are answered. */
  const begin = async (call: () => Promise<Reply>): Promise<{ answer: Promise<Reply> }> => {
    underWay += 1
    const answer = call().finally(() => {
      underWay -= 1
    })
    for (const giveUpAt = Date.now() + patienceSeconds * 1000; Date.now() < giveUpAt; await Bun.sleep(10)) {
      const [row] = await sql<{ waiting: number }[]>`
        select count(*)::integer as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      if ((row?.waiting ?? 0) >= underWay) return { answer }
    }
    throw new Error('A call neither waits nor is answered.')
  }

  try {
    const answers = await sql.begin(async (transaction) => {
      await holds[held](transaction, email)
      return [await begin(first), await begin(second)] as const
    })
    return [await answers[0].answer, await answers[1].answer]
  } finally {
    await sql.end({ timeout: 1 })
  }
}
