import * as z from 'zod'
import type { RealDatabase } from '../../test/runtimes/real-postgres'
import { concurrency, median } from '../rate'
import { table } from '../report/table'
import type { Plans } from './examine-scale'
import type { Step } from './load-scale'
import { growthOf, type Measured } from './measure-scale'
import type { Scale } from './people'

/** What the median may grow by. */
export const mostGrowth = 1.2

const Sizes = z
  .tuple([z.object({ table: z.string(), own: z.coerce.number(), indexes: z.coerce.number() })])
  .rest(z.object({ table: z.string(), own: z.coerce.number(), indexes: z.coerce.number() }))

/** Tables by size, with all partitions: bytes of rows and of indexes. */
export const sizesOf = async ({ sql }: RealDatabase) =>
  Sizes.parse([
    ...(await sql`
      select coalesce(pg_partition_root(oid), oid)::regclass::text as table, sum(pg_table_size(oid)) as own,
        sum(pg_indexes_size(oid)) as indexes
      from pg_class where relkind = 'r' and relnamespace::regnamespace::text in ('public', 'audit', 'pgboss')
      group by 1 order by sum(pg_total_relation_size(oid)) desc limit 4`),
  ])

/** A setting of Postgres as it says it. */
export const settingOf = async ({ sql }: RealDatabase, name: string): Promise<string> => {
  const [row] = await sql`select current_setting(${name}) as value`
  return z.object({ value: z.string() }).parse(row).value
}

const count = (number: number) => number.toLocaleString('en')
const megabytes = (bytes: number) => `${count(Math.round(bytes / 1e6))} MB`
const ms = (milliseconds: number) => milliseconds.toFixed(2)

const describeLoad = (steps: Step[]) =>
  steps.length === 0
    ? 'It was loaded before.'
    : table(
        ['loading', 'seconds'],
        [...steps, { step: 'all of it', seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0) }].map(
          ({ step, seconds }) => [step, seconds.toFixed(0)],
        ),
      )

const describeMeasured = (measured: Measured[], { small, large }: { small: Scale; large: Scale }) =>
  table(
    [
      'request',
      `a second, ${count(small.accounts)}`,
      `a second, ${count(large.accounts)}`,
      'ms alone',
      'with more',
      'growth',
      'ms in Postgres',
      'with more',
      'growth',
    ],
    measured.map((one) => [
      one.title,
      count(Math.round(median(one.small.rates))),
      count(Math.round(median(one.large.rates))),
      ms(median(one.small.latencies)),
      ms(median(one.large.latencies)),
      growthOf(one.small.latencies, one.large.latencies).toFixed(2),
      ms(median(one.small.statements)),
      ms(median(one.large.statements)),
      growthOf(one.small.statements, one.large.statements).toFixed(2),
    ]),
  )

const describePlans = ({ statements, largeTables, scans, costliest }: Plans) => `
All ${statements} different statements of requests, jobs and housekeeping were planned for their values and for any values, each on the
large database. ${scans.length === 0 ? 'None reads' : `${scans.length} read`} a table from end to end that has more than a hundred pages (${largeTables.join(', ')}; a partition counts as its
table).${scans.length === 0 ? '' : `\n\n${scans.map((scan) => `- ${scan}`).join('\n')}`}

What touches most pages:

${table(
  ['cause', 'pages', 'ms', 'statement'],
  costliest.map(({ cause, pages, milliseconds, text }) => [
    cause,
    count(pages),
    ms(milliseconds),
    `\`${text.slice(0, 60).replaceAll('|', '\\|')}…\``,
  ]),
)}`

/** Everything that a run found out. */
export interface Run {
  small: Scale
  large: Scale
  steps: Step[]
  sizes: Awaited<ReturnType<typeof sizesOf>>
  sharedBuffers: string
  autovacuum: string
  version: string
  measured: Measured[]
  plans: Plans
}

/** The section of docs/performance.md. */
export const describeScale = ({
  small,
  large,
  steps,
  sizes,
  sharedBuffers,
  autovacuum,
  version,
  measured,
  plans,
}: Run): string => `
### A thousand accounts and ${count(large.accounts)}

\`bun run bench:scale\`: two databases of PostgreSQL ${version} on one machine, with a server each. One has ${count(small.accounts)} accounts,
${count(small.sessions)} sessions and ${count(small.records)} audit records, the other ${count(large.accounts)}, ${count(large.sessions)} and
${count(large.records)}, in the partitions of a year. Both are measured by turns: ${concurrency} requests at a time and then one, each by another of
the people, who were picked at random from all; everybody's session was refreshed once before, which warms it up. Medians; the last
columns are what Postgres needed by its own account (\`explain analyze\`), the worse of its two plans.

${describeMeasured(measured, { small, large })}

The target is a growth of at most ${mostGrowth}. \`shared_buffers\` was ${sharedBuffers}, \`autovacuum\` ${autovacuum}, so most of the large tables came from the operating system's cache:
${sizes.map(({ table, own, indexes }) => `\`${table.replaceAll('"', '')}\` ${megabytes(own)} and ${megabytes(indexes)} of indexes`).join(', ')}.
${describePlans(plans)}

${describeLoad(steps)}
`
