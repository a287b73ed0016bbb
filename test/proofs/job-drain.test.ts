import { expect, test } from 'bun:test'
import type { Sql } from 'postgres'
import { expectDrained } from '../runtimes/expect-drained'
import { openResend } from '../runtimes/mail-providers'
import { useLink } from '../runtimes/mailed-links'
import { insertMixedJobs } from '../runtimes/mixed-jobs'
import { insertPoison } from '../runtimes/poison-jobs'
import { countUnfinishedMail, listUnfinishedMail } from '../runtimes/queue-rows'
import { openRealDatabase } from '../runtimes/real-postgres'
import { startServer } from '../runtimes/server-process'
import { startCrew, type WorkerCrew } from '../runtimes/worker-crew'

const count = 10_000
const mostDelaySeconds = 30
const workers = 3
const kills = 25
/** As many links as are tried in the end. */
const links = 100

/** Kills workers one by one while there is work, at moments without a pattern. @returns how many */
const killWhileWorking = async (sql: Sql, crew: WorkerCrew): Promise<number> => {
  for (let killed = 0; killed < kills; killed += 1) {
    await Bun.sleep(500 + 1000 * Math.random())
    if ((await countUnfinishedMail(sql)) < count / 10) return killed
    await crew.replaceOne()
  }
  return kills
}

/** Waits until all is done. Dead workers' jobs come back by themselves; only the waits of poison are cut short. */
const untilDrained = async (sql: Sql, poison: string[]): Promise<void> => {
  for (const giveUpAt = Date.now() + 400_000; Date.now() < giveUpAt; await Bun.sleep(100)) {
    await sql`update pgboss.job set start_after = now() where state = 'retry' and id in ${sql(poison)}`
    if ((await countUnfinishedMail(sql)) === 0) return
  }
  throw new Error(`Not done in time: ${JSON.stringify((await listUnfinishedMail(sql)).slice(0, 10))}`)
}

test('ten thousand jobs are done once each while their workers are killed, and poison ends as dead letters', async () => {
  await using provider = await openResend()
  await using database = await openRealDatabase()
  const { sql } = database
  const settings = { DATABASE_URL: database.url, ...provider.settings }
  const poison = await insertPoison(sql, provider, settings)
  const jobs = await insertMixedJobs(sql, count, mostDelaySeconds)

  await using crew = await startCrew(settings, workers)
  const startedAt = performance.now()
  const [killed] = await Promise.all([
    killWhileWorking(sql, crew).then(async (killed) => {
      const seconds = (performance.now() - startedAt) / 1000
      const done = count - (await countUnfinishedMail(sql))
      console.log(`${(done / seconds).toFixed(0)} jobs a second while ${killed} workers died`)
      return killed
    }),
    untilDrained(sql, poison.unsealable),
  ])
  const seconds = (performance.now() - startedAt) / 1000
  expect(await crew.stop()).toEqual(Array.from({ length: workers }, () => 0))

  const deliveries = provider.deliveries()
  const twins = deliveries.filter(({ times }) => times > 1).length
  const { count: repeated } = await sql`select from pgboss.job where state = 'completed' and retry_count > 0`
  console.log(
    `${count} jobs, ${killed} kills, ${repeated} jobs cut off by them, ${seconds.toFixed(0)} s until the last one; ` +
      `${deliveries.length} mails, ` +
      `${twins} of them twice at the provider, ${poison.unreadable.length + poison.unsealable.length} dead letters`,
  )
  await expectDrained(sql, provider, jobs, poison)
  await using server = await startServer({ ...settings, WORK_JOBS: 'off' })
  const withLinks = deliveries.filter(({ text }) => text.includes('#token='))
  for (const { text } of withLinks.slice(0, links)) await useLink(server.url, text)
})
