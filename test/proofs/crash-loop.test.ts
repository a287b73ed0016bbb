import { expect, test } from 'bun:test'
import { logIn } from '../runtimes/account'
import { killDuringRegistrations } from '../runtimes/kill-during-registrations'
import { openRealDatabase } from '../runtimes/real-postgres'
import { startServer } from '../runtimes/server-process'
import { makeDataDirectory, type Settings } from '../support/bun-server'

const rounds = 20
const mostAnswers = 90

/** Kills the server in each round at another moment, and looks for everyone who ever had an answer. */
const surviveKills = async (title: string, settings: Settings) => {
  const answered: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    const answersBeforeKill = 1 + Math.floor((mostAnswers * round) / rounds)
    answered.push(...(await killDuringRegistrations(settings, answersBeforeKill)))
  }
  await using server = await startServer(settings)
  let found = 0
  for (const email of answered) {
    await logIn(server.url, email)
    found += 1
  }
  console.log(`${title}: ${rounds} kills, ${answered.length} registrations answered, ${found} log-ins afterwards`)
  expect(found).toBe(answered.length)
}

test('the embedded Postgres loses no registration that was answered, however often the process is killed', async () => {
  await surviveKills('Embedded Postgres', { DATA_DIRECTORY: await makeDataDirectory() })
})

test('a real Postgres loses no registration that was answered, however often the process is killed', async () => {
  await using database = await openRealDatabase()
  await surviveKills('Real Postgres', { DATABASE_URL: database.url })
})
