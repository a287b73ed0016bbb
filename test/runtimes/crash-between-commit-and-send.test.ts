import { expect, test } from 'bun:test'
import { killDuringMails, killMoments } from './kill-during-mails'
import { type MailProvider, openResend, openSmtp } from './mail-providers'
import { useLink } from './mailed-links'
import { insertJobs, jobOf } from './mixed-jobs'
import { countDeadLetters, countUnfinishedMail, untilMailIsDone, waitUntil } from './queue-rows'
import { openRealDatabase } from './real-postgres'
import { runCommand, startServer } from './server-process'

/** Kills a server at each moment, starts another, and looks at what every person got in the end. */
const surviveKills = async (provider: MailProvider) => {
  await using database = await openRealDatabase()
  const people: string[] = []
  for (const moment of killMoments) {
    const killed = await killDuringMails(provider, database, moment)
    people.push(...killed.people)
    if (moment !== 'after the answer') expect(killed.unfinished).toBeGreaterThan(0)
  }
  await using server = await startServer({ DATABASE_URL: database.url, ...provider.settings })
  await untilMailIsDone(database.sql, 20)
  expect(await countDeadLetters(database.sql)).toBe(0)
  const deliveries = provider.deliveries()
  expect(deliveries.map(({ to }) => to).toSorted()).toEqual(people.toSorted())
  for (const { text } of deliveries) await useLink(server.url, text)
  return deliveries
}

test.concurrent('a SIGKILL between commit and send loses no mail, and Resend delivers none twice; every link works', async () => {
  await using provider = await openResend()
  const deliveries = await surviveKills(provider)
  expect(deliveries.filter(({ times }) => times > 1)).toEqual([])
}, 60_000)

test.concurrent('a SIGKILL between commit and send loses no mail over SMTP; twins have one Message-ID; every link works', async () => {
  await using provider = await openSmtp()
  await surviveKills(provider)
}, 60_000)

test('a mail whose worker dies at its last try is a dead letter without a secret, and arrives when it is sent back', async () => {
  await using provider = await openResend()
  await using database = await openRealDatabase()
  const { sql } = database
  const settings = { DATABASE_URL: database.url, ...provider.settings }
  const { people } = await killDuringMails(provider, database, 'hanging')
  await sql`update pgboss.job set retry_count = retry_limit where state = 'active'`
  await using server = await startServer(settings)
  await waitUntil(async () => (await countUnfinishedMail(sql)) === 0, 20)
  const letters = await countDeadLetters(sql)
  expect(letters).toBeGreaterThan(0)

  await insertJobs(sql, [jobOf('delete-old-messages', {})])
  const waiting = () => sql`select from message where state = 'queued' or sealed_values is not null`
  await waitUntil(async () => (await waiting()).count === 0, 20)

  expect(await runCommand(settings, 'jobs', 'retry', 'all')).toMatchObject({
    output: `Sent back ${letters} dead letters.`,
  })
  await untilMailIsDone(sql, 20)
  expect(
    provider
      .deliveries()
      .map(({ to }) => to)
      .toSorted(),
  ).toEqual(people.toSorted())
  for (const { text } of provider.deliveries()) await useLink(server.url, text)
}, 60_000)
