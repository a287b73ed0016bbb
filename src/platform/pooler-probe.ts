import postgres from 'postgres'

const question = 'select pg_backend_pid() as pid'

/**
 * Whether something between us and Postgres hands a connection to others after each transaction, as PgBouncer does: another
 * client, in a transaction, takes the one that we had.
 */
export const findTransactionPooler = async (url: string, timeoutSeconds: number): Promise<boolean> => {
  const open = () =>
    postgres(url, { max: 1, prepare: false, fetch_types: false, connect_timeout: timeoutSeconds, onnotice: () => {} })
  const [one, other] = [open(), open()]
  try {
    const [before] = await one.unsafe(question)
    const [taken, after] = await other.begin(async (transaction) => {
      const [row] = await transaction.unsafe(question)
      return [row, (await one.unsafe(question))[0]]
    })
    return before?.pid === taken?.pid || before?.pid !== after?.pid
  } finally {
    await Promise.all([one.end({ timeout: 1 }), other.end({ timeout: 1 })])
  }
}
