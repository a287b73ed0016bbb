import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as z from 'zod'
import { type MailProvider, openResend, openSmtp } from './mail-providers'
import { mailRoutes, newAddresses, useLink } from './mailed-links'
import { countDeadLetters, insertPeople, listUnfinishedMail, untilMailIsDone, waitUntil } from './queue-rows'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { runCommand, type ServerProcess, startServer } from './server-process'

const resources = new AsyncDisposableStack()
let database: RealDatabase

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
}, 30_000)

afterAll(() => resources.disposeAsync())

const start = async (provider: MailProvider): Promise<ServerProcess> =>
  startServer({ DATABASE_URL: database.url, ...provider.settings })

/** Runs a command that succeeds and logs no fault. @returns what it said */
const postern = async (provider: MailProvider, ...words: string[]): Promise<string> => {
  const { exitCode, output, errors } = await runCommand({ DATABASE_URL: database.url, ...provider.settings }, ...words)
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' })
  return output
}

const Line = z.object({ id: z.string() })

const readLines = (output: string): unknown[] =>
  output === 'None.' ? [] : output.split('\n').map((line) => JSON.parse(line))

/** People whose address the provider refuses, each with a reset mail that ended as a dead letter, in this order. */
const refusedPeople = async (provider: MailProvider, server: ServerProcess, count: number): Promise<string[]> => {
  const people = newAddresses(count)
  const before = await countDeadLetters(database.sql)
  await insertPeople(database.sql, people)
  await provider.fail('refusing addresses')
  for (const [index, email] of people.entries()) {
    await mailRoutes.forgot(server.url, email)
    await waitUntil(async () => (await countDeadLetters(database.sql)) === before + index + 1, 15)
  }
  await provider.recover()
  return people
}

const mailsTo = (provider: MailProvider, email: string) => provider.deliveries().filter(({ to }) => to === email)

const messagesTo = (email: string) =>
  database.sql`select state, failure, attempts, sealed_values, sent_at from message where recipient = ${email} order by id`

for (const [name, open, reason] of [
  ['Resend answers 422', openResend, 'resend 422 validation_error'],
  ['SMTP answers 550 to RCPT', openSmtp, 'smtp 550 RCPT TO'],
] as const) {
  test(`${name}: the mail is a dead letter at once, its address is marked, and no other mail waits`, async () => {
    await using provider = await open()
    await using server = await start(provider)
    const [email = '', ...others] = await refusedPeople(provider, server, 12)
    expect(await listUnfinishedMail(database.sql)).toEqual([])
    const failed = { state: 'failed', failure: reason, attempts: 1, sealed_values: null, sent_at: null }
    for (const refused of [email, ...others]) expect(await messagesTo(refused)).toMatchObject([failed])
    const marks =
      await database.sql`select reason from bounced_address where email in ${database.sql([email, ...others])}`
    expect([...marks]).toEqual([email, ...others].map(() => ({ reason: 'rejected' })))

    const [neighbour = ''] = newAddresses(1)
    await insertPeople(database.sql, [neighbour])
    await mailRoutes.forgot(server.url, neighbour)
    await waitUntil(() => mailsTo(provider, neighbour).length === 1, 15)
    await useLink(server.url, mailsTo(provider, neighbour)[0]?.text ?? '')
    await untilMailIsDone(database.sql, 15)
    await database.sql`delete from pgboss.job where name = 'dead-letters'`
  }, 30_000)
}

test('the operator sees a dead letter and its mail, allows the address, sends it back, and it arrives', async () => {
  await using provider = await openResend()
  await using server = await start(provider)
  const [email = '', other = ''] = await refusedPeople(provider, server, 2)
  const letters = readLines(await postern(provider, 'jobs', 'dead'))
  const letter = { queue: 'send-reset-mail', isDead: true, failure: 'resend 422 validation_error' }
  expect(letters).toMatchObject([letter, letter])
  expect(readLines(await postern(provider, 'jobs', 'list'))).toEqual(letters)
  const [id = '', otherId = ''] = z
    .array(Line)
    .parse(letters)
    .map((letter) => letter.id)
  expect(JSON.parse(await postern(provider, 'jobs', 'show', id))).toMatchObject({
    ...letter,
    id,
    data: { payload: { email } },
  })
  expect(readLines(await postern(provider, 'mail', 'list', email))).toMatchObject([
    { recipient: email, template: 'reset-password', state: 'failed', failure: letter.failure, attempts: 1 },
  ])

  expect(await postern(provider, 'mail', 'allow', email)).toBe('Mail goes there again.')
  expect(await postern(provider, 'mail', 'allow', email)).toBe('No mail came back from there.')
  expect(await postern(provider, 'jobs', 'retry', id)).toBe('Sent back 1 dead letters.')
  await waitUntil(() => mailsTo(provider, email).length === 1, 15)
  await useLink(server.url, mailsTo(provider, email)[0]?.text ?? '')
  expect(readLines(await postern(provider, 'mail', 'list', email))).toContainEqual(
    expect.objectContaining({ template: 'reset-password', state: 'sent', failure: null }),
  )

  expect(await postern(provider, 'jobs', 'discard', otherId, '--yes')).toBe('Deleted 1 dead letters.')
  expect(await postern(provider, 'jobs', 'dead')).toBe('None.')
  expect(mailsTo(provider, other)).toEqual([])
}, 30_000)

test('all dead letters go back, or away; mail that is sent back to a marked address is not sent', async () => {
  await using provider = await openSmtp()
  await using server = await start(provider)
  const people = await refusedPeople(provider, server, 3)
  expect(await postern(provider, 'jobs', 'retry', 'all')).toBe('Sent back 3 dead letters.')
  await untilMailIsDone(database.sql, 15)
  for (const email of people) {
    expect(mailsTo(provider, email)).toEqual([])
    expect((await messagesTo(email)).at(-1)).toMatchObject({ state: 'failed', sealed_values: null })
  }
  await refusedPeople(provider, server, 2)
  expect(await postern(provider, 'jobs', 'discard', 'all', '--yes')).toBe('Deleted 2 dead letters.')
  expect(await countDeadLetters(database.sql)).toBe(0)
}, 30_000)

test('what a command can’t do it says, and ends with a failure', async () => {
  await using provider = await openResend()
  const settings = { DATABASE_URL: database.url, ...provider.settings }
  for (const id of [crypto.randomUUID(), 'no-id']) {
    const result = await runCommand(settings, 'jobs', 'show', id)
    expect(result).toMatchObject({ exitCode: 3, output: '' })
    expect(result.errors).not.toContain('    at ')
  }
  for (const words of [
    ['jobs', 'retry'],
    ['jobs', 'discard'],
    ['mail', 'allow'],
  ]) {
    const result = await runCommand(settings, ...words)
    expect(result.exitCode).toBe(2)
    expect(result.errors).toContain(`postern ${words.join(' ')} <`)
  }
}, 30_000)
