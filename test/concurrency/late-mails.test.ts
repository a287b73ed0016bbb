import { afterAll, expect, test } from 'bun:test'
import { freshEmail, freshPassword, given, type Person } from '../given'
import { listMails, waitForMail } from '../support/mailbox'
import { createDatabase, findPostgres } from '../support/postgres'
import type { Server } from '../support/server'
import { startTarget } from '../target'

// Mails that wait: a server that works no jobs, on a database of its own, and later one that works them one by one.
const postgres = await findPostgres()
const database = await createDatabase(postgres.url)
const settings = { DATABASE_URL: database.url, EMAIL_VERIFICATION: 'optional' }
const silent = await startTarget({ ...settings, WORK_JOBS: 'off' })
const servers: Server[] = [silent]

afterAll(async () => {
  await Promise.all(servers.map(({ stop }) => stop()))
  await database.drop()
  await postgres.stop()
})

const endings: [string, (person: Person, other: Pick<Person, 'accessToken'>) => Promise<number>][] = [
  [
    'the password is changed elsewhere',
    async ({ password }, { accessToken }) => {
      const json = { currentPassword: password, newPassword: freshPassword() }
      return (await silent.send('POST /v1/auth/password/change', { accessToken, json })).status
    },
  ],
  [
    'its session is revoked',
    async ({ sessionId }, { accessToken }) =>
      (await silent.send(`DELETE /v1/sessions/${sessionId}`, { accessToken })).status,
  ],
]

test('a move to another address that was asked for is not mailed any more once the asking session is over', async () => {
  const asked = []
  for (const [because, end] of endings) {
    const person = await given.newcomer(silent)
    const other = await given.session(silent, person)
    const newEmail = freshEmail()
    const { accessToken, email } = person
    const reply = await silent.send('POST /v1/me/email/change', { accessToken, json: { newEmail } })
    expect(reply.status).toBe(202)
    expect(await end(person, other)).toBe(204)
    asked.push({ because, email, newEmail })
  }

  const worker = await startTarget({ ...settings, JOB_CONCURRENCY: '1' })
  servers.push(worker)
  for (const { because, email, newEmail } of asked) {
    // Links go before notices.
    await waitForMail(worker, email, 'email-change-requested')
    expect({ because, mails: await listMails(worker, newEmail) }).toEqual({ because, mails: [] })
  }
})
