import type postgres from 'postgres'
import { openEmptyRealDatabase, openRealDatabase } from '../../test/runtimes/real-postgres'
import { startCpuTime } from '../cpu-time'
import { median, rateOf } from '../rate'
import type { Bundle, WorkerName } from './build-bundles'
import { createTables, registerPeople, signPeopleUp, signTokens } from './people'
import { variables } from './variables'
import { prepare, start } from './workerd'

const rounds = 5
const secondsEach = 1.5

/** What people ask a Worker all day. */
interface Asked {
  title: string
  url: string
  pid: number
  path: string
  /** What each of those shows who ask at once. */
  headers: Record<string, string>[]
}

/** Medians of the rounds. */
export interface Throughput {
  title: string
  perSecond: number
  /** CPU of workerd for each request. */
  cpuMs: number
}

interface Figures {
  rates: number[]
  cpu: number[]
}

/** Postgres may have no connection left where others use it too; a Worker that fails for another reason fails every time. */
const mostAttempts = 20

const ask = async (asked: Asked, worker: number, attempt = 1): Promise<true> => {
  const { url, path, headers } = asked
  const response = await fetch(url + path, { headers: headers[worker % headers.length] ?? {} })
  const text = await response.text()
  // A session that is none is `null` to better-auth.
  if (response.ok && text !== 'null') return true
  if (response.status < 500 || attempt === mostAttempts) {
    throw new Error(`${path} was answered ${response.status}: ${text}`)
  }
  await Bun.sleep(50)
  return ask(asked, worker, attempt + 1)
}

const measureOnce = async (asked: Asked, sql: postgres.Sql, { rates, cpu }: Figures): Promise<void> => {
  const startedAt = performance.now()
  const stop = await startCpuTime(asked.pid, sql)
  const perSecond = await rateOf((worker) => ask(asked, worker), secondsEach)
  const requests = (perSecond * (performance.now() - startedAt)) / 1000
  rates.push(perSecond)
  cpu.push(((await stop()).server * 1000) / requests)
}

const measure = async (all: Asked[], sql: postgres.Sql): Promise<Throughput[]> => {
  const noFigures = (): Figures => ({ rates: [], cpu: [] })
  const measured = all.map((asked) => ({ asked, figures: noFigures() }))
  for (let round = 0; round <= rounds; round += 1) {
    // The first round warms up.
    for (const { asked, figures } of measured) await measureOnce(asked, sql, round === 0 ? noFigures() : figures)
  }
  return measured.map(({ asked, figures }) => ({
    title: asked.title,
    perSecond: median(figures.rates),
    cpuMs: median(figures.cpu),
  }))
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** Asks Workers in bare workerd as fast as they answer, by turns, with Postgres beside them as what Hyperdrive leads to. */
export const measureThroughput = async (bundleOf: (name: WorkerName) => Bundle): Promise<Throughput[]> => {
  await using resources = new AsyncDisposableStack()
  const ours = resources.use(await openRealDatabase())
  const theirs = resources.use(await openEmptyRealDatabase())
  const { jwk, tokens } = await signTokens()
  const open = async (name: WorkerName, databaseUrl: string, path: string) => {
    const given = { bundle: bundleOf(name), variables: { ...variables, JWK: jwk }, databaseUrl }
    return resources.use(await start(await prepare(given), path))
  }
  const bearers = (await registerPeople(ours.url)).map(({ accessToken }) => bearer(accessToken))
  await createTables(theirs.sql)
  const hono = await open('bare-hono', ours.url, '/health/live')
  const jose = await open('hono-jose', ours.url, '/health/live')
  const postern = await open('api', ours.url, '/health/live')
  const betterAuth = await open('better-auth', theirs.url, '/api/auth/ok')
  const cookies = (await signPeopleUp(betterAuth.url)).map((cookie) => ({ cookie }))
  const live = { path: '/health/live', headers: [] }
  return await measure(
    [
      { title: 'bare Hono', ...hono, ...live },
      { title: 'Postern, `GET /health/live`', ...postern, ...live },
      { title: 'Hono and jose, one verification each', ...jose, path: '/verified', headers: tokens.map(bearer) },
      { title: 'Postern, `GET /health/live` with a token', ...postern, ...live, headers: bearers },
      { title: 'Postern, `GET /v1/me`', ...postern, path: '/v1/me', headers: bearers },
      { title: 'better-auth, `getSession`', ...betterAuth, path: '/api/auth/get-session', headers: cookies },
    ],
    ours.sql,
  )
}
