import { afterAll, expect, test } from 'bun:test'
import { openRealDatabase } from '../runtimes/real-postgres'
import { startServer } from '../runtimes/server-process'
import { type Answered, startMixedLoad } from './mixed-load'
import { percentile } from './percentile'
import { sampleMemory, slopeOf } from './sample-memory'

const minutes = Number(process.env.SOAK_MINUTES ?? 10)
const people = 16

const mostMebibytes = 200
/** What it may rise by over the second half: what a garbage collector leaves lying about, and no leak of ten minutes. */
const mostRise = 10

const resources = new AsyncDisposableStack()
afterAll(() => resources.disposeAsync())

const print = (when: string, answered: Answered[]) => {
  for (const [what, requests] of Map.groupBy(answered, ({ what }) => what)) {
    const times = requests.map(({ milliseconds }) => milliseconds)
    const [middle, slow] = [percentile(times, 50), percentile(times, 99)]
    console.log(`| ${when} | ${what} | ${requests.length} | ${middle.toFixed(1)} | ${slow.toFixed(1)} |`)
  }
}

test(
  `${minutes} minutes of mixed load leave the memory of a server flat and at most ${mostMebibytes} MiB`,
  async () => {
    const database = resources.use(await openRealDatabase())
    const server = resources.use(await startServer({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' }))
    using memory = sampleMemory(server.pid)
    const load = startMixedLoad(server.url, people)
    await Promise.race([Bun.sleep(minutes * 60_000), load.finished])
    const answered = await load.stop()
    const samples = memory.stop()

    const ends = samples.at(-1)?.atSeconds ?? 0
    const half = samples.filter(({ atSeconds }) => atSeconds > ends / 2)
    const [first, most] = [samples[0]?.mebibytes ?? 0, Math.max(...samples.map(({ mebibytes }) => mebibytes))]
    const slope = slopeOf(half)
    console.log(`${answered.length} requests, ${Math.round(answered.length / ends)} a second, none failed`)
    print(
      'first minute',
      answered.filter(({ atSeconds }) => atSeconds < 60),
    )
    print(
      'last minute',
      answered.filter(({ atSeconds }) => atSeconds > ends - 60),
    )
    for (let minute = 0; minute <= minutes; minute += 1) {
      const { mebibytes = 0 } = samples.find(({ atSeconds }) => atSeconds >= minute * 60) ?? samples.at(-1) ?? {}
      console.log(`after ${minute} min: ${mebibytes.toFixed(0)} MiB`)
    }
    console.log(
      `first ${first.toFixed(0)} MiB, most ${most.toFixed(0)} MiB, over the second half ${slope.toFixed(2)} MiB a minute`,
    )
    expect(most).toBeLessThanOrEqual(mostMebibytes)
    expect((slope * ends) / 2 / 60).toBeLessThan(mostRise)
  },
  minutes * 60_000 + 120_000,
)
