import { expect, test } from 'bun:test'
import { killDuringMails, killMoments } from './kill-during-mails'
import { type MailProvider, openResend, openSmtp } from './mail-providers'
import { useLink } from './mailed-links'
import { countDeadLetters, untilMailIsDone } from './queue-rows'
import { openRealDatabase } from './real-postgres'
import { startServer } from './server-process'

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
