import type postgres from 'postgres'
import * as z from 'zod'
import type { Database } from '#db/database'

/** How Postgres plans a prepared statement: for its values at first, perhaps for any values later. */
const modes = ['force_custom_plan', 'force_generic_plan'] as const

/** What a statement costs, by the worse of its plans. */
export interface Cost {
  /** Large tables that it reads, or might read, from end to end. */
  scans: string[]
  /** Pages that it touches. */
  pages: number
  milliseconds: number
}

const Node = z.looseObject({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Shared Hit Blocks': z.number(),
  'Shared Read Blocks': z.number(),
  get Plans() {
    return z.array(Node).optional()
  },
})
type Node = z.output<typeof Node>

const Explained = z.tuple([
  z.object({ 'QUERY PLAN': z.tuple([z.looseObject({ Plan: Node, 'Execution Time': z.number() })]) }),
])

/** Also those that this run did not come to. */
const plannedScans = (node: Node): string[] => [
  ...(node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : []),
  ...(node.Plans ?? []).flatMap(plannedScans),
]

const toLiteral = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  const text = value instanceof Date ? value.toISOString() : String(value)
  return `'${text.replaceAll("'", "''")}'`
}

const Counted = z.array(z.object({ relname: z.string(), scans: z.coerce.number() }))

/** Runs one text, and gives its rows. */
type Run = (text: string) => Promise<readonly unknown[]>

/** Where statements can be tried: what `work` did is taken back. */
export type Scratch = (work: (run: Run) => Promise<void>) => Promise<void>

class TakenBack extends Error {}

const takeBack = async (trial: Promise<unknown>): Promise<void> => {
  await trial.catch((error) => {
    if (!(error instanceof TakenBack)) throw error
  })
}

/** A transaction of their own. */
export const apart =
  (sql: postgres.Sql): Scratch =>
  (work) =>
    takeBack(
      sql.begin(async (transaction) => {
        await work((text) => transaction.unsafe(text))
        throw new TakenBack()
      }),
    )

/** A savepoint of a transaction that is open, and sees what that did. */
export const within =
  (db: Database): Scratch =>
  (work) =>
    takeBack(
      db.transaction(async (savepoint) => {
        await work(savepoint.script)
        throw new TakenBack()
      }),
    )

/** Scans so far, also those inside functions and of foreign keys, which no plan shows. */
const countScans = async (run: Run): Promise<Map<string, number>> => {
  const rows = await run('select relname, seq_scan as scans from pg_stat_xact_user_tables')
  return new Map(Counted.parse([...rows]).map(({ relname, scans }) => [relname, scans]))
}

const explain = async (run: Run, text: string, values: unknown[]) => {
  const list = values.length === 0 ? '' : `(${values.map(toLiteral).join(', ')})`
  await run(`prepare examined as ${text.replace(/;\s*$/, '')}`)
  try {
    const rows = await run(`explain (analyze, buffers, format json) execute examined${list}`)
    const [
      {
        'QUERY PLAN': [{ Plan: plan, 'Execution Time': milliseconds }],
      },
    ] = Explained.parse([...rows])
    const pages = plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
    return { scans: plannedScans(plan), pages, milliseconds }
  } finally {
    await run('deallocate examined')
  }
}

/** What pg-boss sends as one text: several statements in a transaction of their own. */
const isScript = (text: string) => /;\s*\S/.test(text)

const runScript = async (run: Run, text: string) => {
  const startedAt = performance.now()
  await run(text.replaceAll(/\b(BEGIN|COMMIT);/g, ''))
  return { scans: [], pages: 0, milliseconds: performance.now() - startedAt }
}

/** Runs a statement and takes it back: a function plans its statements when a connection first calls it, which is not what a statement costs. */
const rehearse = async (run: Run, text: string, values: unknown[]): Promise<void> => {
  await run('savepoint rehearsal')
  await explain(run, text, values)
  await run('rollback to savepoint rehearsal')
}

const examineOnce = async (
  scratch: Scratch,
  mode: (typeof modes)[number],
  text: string,
  values: unknown[],
): Promise<Cost> => {
  let cost: Cost | undefined
  await scratch(async (run) => {
    await run(`set local plan_cache_mode = ${mode}`)
    const before = await countScans(run)
    if (!isScript(text)) await rehearse(run, text, values)
    cost = isScript(text) ? await runScript(run, text) : await explain(run, text, values)
    await run('set constraints all immediate')
    const after = await countScans(run)
    cost.scans.push(...[...after].filter(([table, scans]) => scans > (before.get(table) ?? 0)).map(([table]) => table))
  })
  if (!cost) throw new Error('The statement was not examined.')
  return cost
}

/** Runs a statement in each way that Postgres might plan it, and takes it back. */
export const examineStatement = async (scratch: Scratch, text: string, values: unknown[]): Promise<Cost> => {
  const costs: Cost[] = []
  for (const mode of modes) costs.push(await examineOnce(scratch, mode, text, values))
  return {
    scans: [...new Set(costs.flatMap(({ scans }) => scans))],
    pages: Math.max(...costs.map(({ pages }) => pages)),
    milliseconds: Math.max(...costs.map(({ milliseconds }) => milliseconds)),
  }
}

/** What the statement of a query costs. Throws if it runs none. */
export const examineQuery = async (
  sql: Parameters<typeof examineStatement>[0],
  query: (db: Database) => Promise<unknown>,
): Promise<Cost> => {
  const costs: Cost[] = []
  const run: Database['run'] = async (text, values) => {
    costs.push(await examineStatement(sql, text, values))
    return []
  }
  await query({ run, script: async () => [], transaction: () => Promise.reject(new Error('There is none.')) })
  const [cost] = costs
  if (!cost) throw new Error('No statement ran.')
  return cost
}
