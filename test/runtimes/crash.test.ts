import { expect, test } from 'bun:test'
import { makeDataDirectory, type Settings } from '../support/bun-server'
import { logIn, proveAddress } from './account'
import { killDuringRegistrations } from './kill-during-registrations'
import { openRealDatabase } from './real-postgres'
import { startServer } from './server-process'

const expectLogIns = async (settings: Settings) => {
  const answered = await killDuringRegistrations(settings)
  expect(answered.length).toBeGreaterThan(0)
  await using server = await startServer(settings)
  for (const email of answered) {
    if (settings.EMAIL_VERIFICATION === 'required') await proveAddress(server.url, email)
    await logIn(server.url, email)
  }
}

for (const mode of ['optional', 'required']) {
  test(`what was answered before a SIGKILL is there after it: embedded Postgres, verification ${mode}`, async () => {
    await expectLogIns({ DATA_DIRECTORY: await makeDataDirectory(), EMAIL_VERIFICATION: mode })
  }, 60_000)

  test(`what was answered before a SIGKILL is there after it: real Postgres, verification ${mode}`, async () => {
    await using database = await openRealDatabase()
    await expectLogIns({ DATABASE_URL: database.url, EMAIL_VERIFICATION: mode })
  }, 60_000)
}
