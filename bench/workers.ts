import { removeTemporaryFolders } from '../test/support/folders'
import { concurrency } from './rate'
import { type Row, tableOf } from './report/table'
import { writeSection } from './report/write-section'
import { type Bundle, buildBundles, type WorkerName } from './workers/build-bundles'
import { measureClientTypes } from './workers/client-types'
import { measureStartUps, type Starter } from './workers/start-up'
import { measureThroughput } from './workers/throughput'
import { variables } from './workers/variables'
import { prepare } from './workers/workerd'

/**
 * What Postern weighs on Workers and how fast it starts and answers in bare workerd, beside what might be used instead; and
 * what its client costs a compiler. Prints tables and writes them into docs/performance.md.
 */

process.once('exit', removeTemporaryFolders)

const kib = (bytes: number) => (bytes / 1024).toFixed(1)

const bundles = await buildBundles()
const bundleOf = (name: WorkerName): Bundle => {
  const bundle = bundles.get(name)
  if (!bundle) throw new Error(`There is no Worker ${name}.`)
  return bundle
}

const weigh = (): Row[] =>
  [...bundles.values()].map(({ title, rawBytes, gzipBytes }) => ({
    Worker: title,
    'raw, KiB': kib(rawBytes),
    'gzip, KiB': kib(gzipBytes),
  }))

/** What is asked of a Worker first: it needs no database, so none need be there. The empty Worker is the first. */
const firstPaths: [WorkerName, string][] = [
  ['empty', '/'],
  ['bare-hono', '/health/live'],
  ['hono-jose', '/health/live'],
  ['api', '/health/live'],
  ['api', '/v1/terms'],
  ['annex', '/v1/auth/oauth'],
  ['better-auth', '/api/auth/ok'],
  ['better-auth-plugins', '/api/auth/ok'],
]

const measureStarts = async (): Promise<Row[]> => {
  const databaseUrl = 'postgres://postgres@127.0.0.1:5432/nowhere'
  const toStarter = async ([name, path]: [WorkerName, string]): Promise<Starter> => ({
    title: bundleOf(name).title,
    prepared: await prepare({ bundle: bundleOf(name), variables, databaseUrl }),
    path,
  })
  const measured = await measureStartUps(await Promise.all(firstPaths.map(toStarter)))
  return measured.map(({ title, path, answeredMs, overEmptyMs, leastOverEmptyMs, cpuOverEmptyMs }) => ({
    Worker: title,
    'asked first': path,
    'first answer, ms': answeredMs.toFixed(0),
    'over the empty one, ms': overEmptyMs.toFixed(0),
    'quickest over quickest, ms': leastOverEmptyMs.toFixed(0),
    'CPU over it, ms': cpuOverEmptyMs.toFixed(0),
  }))
}

const measureAnswers = async (): Promise<Row[]> => {
  const measured = await measureThroughput(bundleOf)
  return measured.map(({ title, perSecond, cpuMs }) => ({
    asked: title,
    'per second': perSecond.toFixed(0),
    'CPU each, ms': cpuMs.toFixed(2),
  }))
}

const measureTypes = async (): Promise<Row[]> => {
  const measured = await measureClientTypes()
  return measured.map(({ title, seconds, instantiations, memoryMiB, files }) => ({
    project: title,
    seconds: seconds.toFixed(2),
    instantiations,
    'memory, MiB': memoryMiB.toFixed(0),
    files,
  }))
}

/** Measured once, by `perf` on workerd and by Workers of which each has more of Postern than the one before. */
const startUpProfile = [
  'Promised: at most 60 ms over the empty Worker for Postern’s API. It starts with its hot routes (`src/hot-mounts.ts`); who asks first',
  'for one of the others, such as `/v1/terms`, waits for these to be read as well.',
  'Of what a start takes beyond the empty one, a quarter is V8 reading scripts, a third evaluating them (most of that makes zod’s',
  'shapes), a tenth the first answer; the rest is memory, the file and other threads.',
].join(' ')

const parts = [
  {
    text: 'What is uploaded, WebAssembly included: built by wrangler, minified.',
    rows: weigh(),
  },
  {
    text: `From the spawn of a bare workerd to the first answer, which needs no database; medians, by turns. ${startUpProfile}`,
    rows: await measureStarts(),
  },
  {
    text: `Asked by ${concurrency} at a time over kept connections, in bare workerd, with Postgres beside it. Each request that needs Postgres connects anew, which Hyperdrive spares; medians, by turns.`,
    rows: await measureAnswers(),
  },
  {
    text: 'A small project that imports a client and calls some routes, checked by the compiler that is installed here.',
    rows: await measureTypes(),
  },
]
for (const { text, rows } of parts) {
  console.log(text)
  console.table(rows)
}
await writeSection('workers', parts.map(({ text, rows }) => `${text}\n\n${tableOf(rows)}`).join('\n\n'))
