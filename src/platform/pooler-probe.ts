import postgres from 'postgres'

const readProcess = async (sql: postgres.ReservedSql): Promise<unknown> =>
  (await sql.unsafe('select pg_backend_pid() as pid'))[0]?.pid

/**
 * Whether something between us and Postgres hands a connection to others after each transaction, as PgBouncer does: another
 * client, in a transaction, takes the one that we had.
 */
export const findTransactionPooler = async (url: string, timeoutSeconds: number): Promise<boolean> => {
  const sql = postgres(url, {
    max: 2,
    prepare: false,
    fetch_types: false,
    connect_timeout: timeoutSeconds,
    onnotice: () => {},
  })
  try {
    const [one, other] = [await sql.reserve(), await sql.reserve()]
    const before = await readProcess(one)
    await other.unsafe('begin')
    const taken = await readProcess(other)
    const after = await readProcess(one)
    await other.unsafe('rollback')
    return before === taken || before !== after
  } finally {
    await sql.end({ timeout: 1 })
  }
}
