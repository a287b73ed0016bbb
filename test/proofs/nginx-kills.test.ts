import { expect, test } from 'bun:test'
import { waitUntil } from '../runtimes/queue-rows'
import { openRealDatabase, type RealDatabase } from '../runtimes/real-postgres'
import { startServer } from '../runtimes/server-process'
import { findFreePort } from '../support/free-port'
import { nginxObstacle, startNginx } from '../support/nginx'
import { type Acknowledged, type Failure, startLoad } from './nginx-load'

const minutes = 2
/** Each has one request under way, so this is also the most that one death can break. */
const people = 12
/** As long after a SIGKILL a failure is still put down to it. */
const aftermathMs = 3000

interface Death {
  signal: 'SIGTERM' | 'SIGKILL'
  at: number
  exitCode: number | null
}

/** What was answered with success and is not in the database. */
const findLost = async ({ sql }: RealDatabase, { addresses, refreshes }: Acknowledged): Promise<string[]> => {
  const users = new Set((await sql`select email from "user"`).map(({ email }) => email))
  const counters = new Map((await sql`select id, counter from session`).map(({ id, counter }) => [id, counter]))
  return [
    ...addresses.filter((email) => !users.has(email)),
    ...[...refreshes].filter(([id, count]) => !(counters.get(id) >= count)).map(([id]) => id),
  ]
}

/** The death that may have broken a request: the last before it failed, if it came after it was sent or shortly before. */
const deathBehind = ({ sentAt, at }: Failure, deaths: Death[]): Death | undefined =>
  deaths.findLast((death) => death.at <= at && death.at >= sentAt - aftermathMs)

test.skipIf(nginxObstacle !== undefined)(
  `behind nginx one of two processes is ended over and over: no write is lost, SIGTERM breaks nothing${nginxObstacle ? ` (${nginxObstacle})` : ''}`,
  async () => {
    await using database = await openRealDatabase()
    const ports = [findFreePort(), findFreePort()] as const
    const settings = { DATABASE_URL: database.url, TRUSTED_PROXY: 'hops:1', DRAIN_SECONDS: '5' }
    const start = (port: number) => startServer({ ...settings, PORT: String(port) })
    await using _ = await start(ports[0])
    let victim = await start(ports[1])
    await using nginx = await startNginx(ports)

    /** Requests that nginx passed to the victim since its log was so long. */
    const victimsSince = async (length: number) =>
      (await Bun.file(nginx.accessLog).slice(length).text())
        .split('\n')
        .filter((line) => line.includes(`127.0.0.1:${ports[1]}`)).length
    const load = startLoad(nginx.url, people)
    const deaths: Death[] = []
    const endAt = Date.now() + minutes * 60_000
    while (Date.now() < endAt || deaths.length % 2 === 1) {
      // In use again, and busy.
      const { size } = Bun.file(nginx.accessLog)
      await waitUntil(async () => (await victimsSince(size)) > people, 60)
      const signal = deaths.length % 2 === 0 ? 'SIGTERM' : 'SIGKILL'
      const death: Death = { signal, at: Date.now(), exitCode: null }
      deaths.push(death)
      death.exitCode = await victim.stop(signal)
      victim = await start(ports[1])
    }
    await load.stop()
    await victim.stop('SIGTERM')

    const broken = load.failures.map((failure) => ({ ...failure, by: deathBehind(failure, deaths)?.signal }))
    const passedOn = (await Bun.file(nginx.accessLog).text()).split('\n').filter((line) => line.includes(', ')).length
    const kills = deaths.filter(({ signal }) => signal === 'SIGKILL')
    const mostByOneKill = Math.max(
      ...kills.map((kill) => load.failures.filter((failure) => deathBehind(failure, deaths) === kill).length),
    )
    console.log(
      `${deaths.length - kills.length} SIGTERM, ${kills.length} SIGKILL; ${load.answered()} answered: ${load.addresses.length} registrations, ${load.refreshes.size} sessions, ${[...load.refreshes.values()].reduce((sum, count) => sum + count, 0)} refreshes; ${passedOn} passed on by nginx; broken by SIGKILL: ${broken.length}, at most ${mostByOneKill} by one.`,
    )
    expect(broken.filter(({ by }) => by !== 'SIGKILL')).toEqual([])
    expect(broken.filter(({ status }) => status !== 502)).toEqual([])
    expect(mostByOneKill).toBeLessThanOrEqual(people)
    expect(deaths.filter(({ signal }) => signal === 'SIGTERM').map(({ exitCode }) => exitCode)).toEqual(
      kills.map(() => 0),
    )
    expect(await findLost(database, load)).toEqual([])
  },
  (minutes + 3) * 60_000,
)
