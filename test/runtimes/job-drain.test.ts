import { expect, test } from 'bun:test'
import { expectDrained } from './expect-drained'
import { openResend } from './mail-providers'
import { newAddresses } from './mailed-links'
import { insertJobs, insertMixedJobs, jobOf } from './mixed-jobs'
import { insertPoison } from './poison-jobs'
import {
  expireActiveJobs,
  insertPeople,
  listUnfinishedMail,
  untilMailIsDone,
  untilNobodyIsConnected,
  waitUntil,
} from './queue-rows'
import { openRealDatabase } from './real-postgres'
import { startCrew } from './worker-crew'

test('jobs of every priority and delay are done once while workers die, and poison among them becomes dead letters', async () => {
  await using provider = await openResend()
  await using database = await openRealDatabase()
  const settings = { DATABASE_URL: database.url, ...provider.settings }
  const poison = await insertPoison(database.sql, provider, settings)
  // Few of their thirty tries are left, though more than are lost by the kills.
  await database.sql`update pgboss.job set retry_count = retry_limit - 4 where id in ${database.sql(poison.unsealable)}`
  const jobs = await insertMixedJobs(database.sql, 300, 2)
  {
    await using crew = await startCrew(settings, 2)
    for (const delivered of [20, 60]) {
      await waitUntil(() => provider.deliveries().length >= delivered, 20)
      await crew.replaceOne()
    }
    expect(await crew.stop()).toEqual([0, 0])
    expect(crew.errors()).toBe('')
  }
  await untilNobodyIsConnected(database.sql)
  const cutOff = (await listUnfinishedMail(database.sql)).filter(({ state }) => state === 'active')
  expect(cutOff.length).toBeGreaterThan(0)
  await expireActiveJobs(database.sql)
  await using _ = await startCrew(settings, 1)
  await untilMailIsDone(database.sql, 20)
  await expectDrained(database.sql, provider, jobs, poison)
}, 60_000)

test('a job that somebody holds locked holds up no other, in whatever queue', async () => {
  await using provider = await openResend()
  await using database = await openRealDatabase()
  const [held = '', ...others] = newAddresses(3)
  await insertPeople(database.sql, [held, ...others])
  const locked = jobOf('send-log-in-mail', { email: held })
  await insertJobs(database.sql, [locked, ...others.map((email) => jobOf('send-reset-mail', { email }))])
  await database.sql.begin(async (transaction) => {
    await transaction`select from pgboss.job where id = ${locked.id} for update`
    await using _ = await startCrew({ DATABASE_URL: database.url, ...provider.settings }, 1)
    await waitUntil(() => provider.deliveries().length === others.length, 10)
  })
  expect(
    provider
      .deliveries()
      .map(({ to }) => to)
      .toSorted(),
  ).toEqual(others.toSorted())
}, 30_000)
