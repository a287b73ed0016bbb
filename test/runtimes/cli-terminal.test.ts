import { expect, test } from 'bun:test'
import { repository } from '../support/folders'
import { bareEnvironment } from '../support/server'
import { openRealDatabase } from './real-postgres'
import { runCommand, secret } from './server-process'

/** Runs a command on a terminal, and answers each question that it asks there. */
const runOnTerminal = async (settings: Record<string, string>, words: string[], answer: string) => {
  let shown = ''
  const decoder = new TextDecoder()
  const child = Bun.spawn([process.execPath, '--no-orphans', '--no-env-file', 'src/cli.ts', ...words], {
    cwd: repository,
    env: { ...bareEnvironment(), ENVIRONMENT: 'test', SECRET: secret, LOG_LEVEL: 'error', ...settings },
    terminal: {
      cols: 120,
      rows: 30,
      data: (terminal, bytes) => {
        const asked = shown.split('[y/N]').length
        shown += decoder.decode(bytes, { stream: true })
        if (shown.split('[y/N]').length > asked) terminal.write(`${answer}\r`)
      },
    },
  })
  const exitCode = await child.exited
  await Bun.sleep(50)
  child.terminal?.close()
  return { exitCode, shown }
}

test('on a terminal what can’t be taken back is asked, and done on a yes alone', async () => {
  await using database = await openRealDatabase()
  const settings = { DATABASE_URL: database.url }
  const email = `${crypto.randomUUID()}@example.com`
  await runCommand(settings, 'users', 'create', email)
  const isBanned = async () =>
    (await database.sql`select from "user" where email = ${email} and banned_at is not null`).count > 0
  for (const answer of ['n', '', 'yess']) {
    const refused = await runOnTerminal(settings, ['users', 'ban', email], answer)
    expect(refused.exitCode).toBe(1)
    expect(refused.shown).toContain(`Ban ${email}? [y/N]`)
    expect(refused.shown).toContain('Nothing was done.')
    expect(await isBanned()).toBe(false)
  }
  expect((await runOnTerminal(settings, ['users', 'ban', email], 'y')).exitCode).toBe(0)
  expect(await isBanned()).toBe(true)
  const verified = await runOnTerminal(settings, ['audit', 'verify'], '')
  expect(verified.shown).toMatch(/Events \d/)
}, 60_000)
