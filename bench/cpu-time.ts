import type postgres from 'postgres'

/** Linux counts in these, whatever its clock. */
const ticksPerSecond = 100

/** The CPU seconds that a process has used, its threads included; 0 where that can't be read. */
const ofProcess = async (pid: number): Promise<number> => {
  const text = await Bun.file(`/proc/${pid}/stat`)
    .text()
    .catch(() => '')
  const [user = 0, system = 0] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number)
  return (user + system) / ticksPerSecond
}

/** What a Postgres on this machine has used, by process. It counts what it writes behind the statements too. */
const ofPostgres = async (sql: postgres.Sql): Promise<Map<number, number>> => {
  const rows = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() or datname is null`
  return new Map(await Promise.all(rows.map(async ({ pid }): Promise<[number, number]> => [pid, await ofProcess(pid)])))
}

/** CPU seconds. */
export interface CpuTime {
  server: number
  postgres: number
  client: number
}

/** Begins to count what a server, Postgres and this process use; gives what it was when it is called again. */
export const startCpuTime = async (serverPid: number, sql: postgres.Sql): Promise<() => Promise<CpuTime>> => {
  const before = await ofPostgres(sql)
  const serverBefore = await ofProcess(serverPid)
  const clientBefore = process.cpuUsage()
  return async () => {
    const client = process.cpuUsage(clientBefore)
    const used = [...(await ofPostgres(sql))].map(([pid, seconds]) => seconds - (before.get(pid) ?? 0))
    return {
      server: (await ofProcess(serverPid)) - serverBefore,
      postgres: used.reduce((sum, seconds) => sum + seconds, 0),
      client: (client.user + client.system) / 1e6,
    }
  }
}
