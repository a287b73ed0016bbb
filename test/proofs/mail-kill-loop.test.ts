import { expect, test } from 'bun:test'
import { killDuringMails, killMoments } from '../runtimes/kill-during-mails'
import { type MailProvider, openResend, openSmtp } from '../runtimes/mail-providers'
import { useLink } from '../runtimes/mailed-links'
import { countDeadLetters, listUnfinishedMail, untilMailIsDone, waitUntil } from '../runtimes/queue-rows'
import { openRealDatabase } from '../runtimes/real-postgres'
import { startServer } from '../runtimes/server-process'

const kills = 50

/** Kills a server again and again, each time at another moment, and looks at what every person got in the end. */
const surviveKills = async (title: string, provider: MailProvider) => {
  await using database = await openRealDatabase()
  const people: string[] = []
  let unfinished = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const moment = killMoments[kill % killMoments.length] ?? 'after the answer'
    const killed = await killDuringMails(provider, database, moment)
    people.push(...killed.people)
    unfinished += killed.unfinished
  }
  await using server = await startServer({ DATABASE_URL: database.url, ...provider.settings })
  await untilMailIsDone(database.sql, 60)
  const deliveries = provider.deliveries()
  const twins = deliveries.filter(({ times }) => times > 1).length
  let links = 0
  for (const { text } of deliveries) {
    await useLink(server.url, text)
    links += 1
  }
  console.log(
    `${title}: ${kills} kills, ${people.length} mails asked for, ${unfinished} cut off by a kill, ` +
      `${deliveries.length} arrived, ${twins} of them more than once, ${links} links work`,
  )
  expect(deliveries.map(({ to }) => to).toSorted()).toEqual(people.toSorted())
  expect(await countDeadLetters(database.sql)).toBe(0)
  return { twins }
}

test('however often the process is killed between commit and send, Resend delivers each mail once', async () => {
  await using provider = await openResend()
  expect(await surviveKills('Resend', provider)).toEqual({ twins: 0 })
})

test('however often the process is killed between commit and send, each mail arrives over SMTP', async () => {
  await using provider = await openSmtp()
  await surviveKills('SMTP', provider)
})

test('what a dead process held comes back by itself', async () => {
  await using provider = await openResend()
  await using database = await openRealDatabase()
  const { people, unfinished } = await killDuringMails(provider, database, 'hanging', { waits: true })
  await using _ = await startServer({ DATABASE_URL: database.url, ...provider.settings })
  const startedAt = performance.now()
  await waitUntil(
    () => provider.deliveries().length === people.length,
    60,
    () => listUnfinishedMail(database.sql),
  )
  const seconds = (performance.now() - startedAt) / 1000
  console.log(`After a kill in the middle of ${unfinished} mails the last of them arrives in ${seconds.toFixed(0)} s`)
  expect(provider.deliveries().filter(({ times }) => times > 1)).toEqual([])
})
