import { expect, test } from 'bun:test'
import { commands } from '../../src/cli/commands'
import { Made, newAddress, openCommands } from './operators-commands'
import { runCommand } from './server-process'

const { settings, postern, jsonOf } = openCommands()

test('each command says what it does and takes', async () => {
  const everything = await postern('--help')
  expect(everything.exitCode).toBe(0)
  for (const { name, summary } of commands) {
    expect(everything.output).toContain(`postern ${name}`)
    expect(summary).not.toBe('')
  }
  const helps = await Promise.all(
    ['migrate', 'users ban', 'jobs discard', 'users import'].map((name) => postern(...name.split(' '), '--help')),
  )
  for (const { exitCode, output, errors } of helps) {
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' })
    expect(output).toContain('--json')
  }
  expect(helps.map(({ output }) => output.includes('--yes'))).toEqual([false, true, true, false])
  expect((await postern('users', '--help')).output).not.toContain('postern jobs')
}, 60_000)

test('names are one each, and no command declares what every one takes', () => {
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length)
  for (const { options = {} } of commands) {
    for (const name of ['json', 'yes', 'help']) expect(Object.hasOwn(options, name)).toBe(false)
  }
})

test('what is mistyped ends with 2, says the nearest, and does nothing', async () => {
  expect(await postern('users', 'bna', 'x')).toMatchObject({ exitCode: 2, output: '' })
  expect((await postern('users', 'bna', 'x')).errors).toContain('Did you mean “users ban”?')
  expect((await postern('migarte')).errors).toContain('“migrate”')
  for (const words of [
    [],
    ['users', 'show'],
    ['users', 'show', 'a', 'b'],
    ['users', 'show', 'a', '--loud'],
    ['users', 'list', '--limit', 'many'],
    ['users', 'ban', 'a', '--yes', '--until', 'yesterday'],
    ['roles', 'create', 'x'],
  ]) {
    expect({ words, ...(await postern(...words)) }).toMatchObject({ words, exitCode: 2, output: '' })
  }
}, 60_000)

test('what is not there ends with 3, what fails with 1', async () => {
  for (const words of [
    ['users', 'show', newAddress()],
    ['users', 'ban', newAddress(), '--yes'],
    ['users', 'delete', crypto.randomUUID(), '--yes'],
    ['jobs', 'show', crypto.randomUUID()],
  ]) {
    expect({ words, ...(await postern(...words)) }).toMatchObject({ words, exitCode: 3, output: '' })
  }
  const away = { ...settings, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nowhere' }
  expect((await runCommand(away, 'users', 'list')).exitCode).toBe(1)
  expect(await postern('users', 'create', 'no address')).toMatchObject({
    exitCode: 1,
    errors: expect.stringContaining('/email'),
  })
}, 60_000)

test('what can’t be taken back wants --yes where nobody can be asked', async () => {
  const { email } = Made.parse(await jsonOf('users', 'create', newAddress(), '--print-link'))
  for (const words of [
    ['users', 'ban', email],
    ['users', 'delete', email],
    ['roles', 'revoke', email, 'admin'],
    ['keys', 'revoke', crypto.randomUUID()],
    ['jobs', 'discard', 'all'],
    ['erasures', 'run', crypto.randomUUID()],
  ]) {
    const result = await postern(...words)
    expect({ words, ...result }).toMatchObject({ words, exitCode: 2, output: '' })
    expect(result.errors).toContain('--yes')
  }
  expect(await jsonOf('users', 'show', email)).toMatchObject({ email, bannedAt: null, closedAt: null })
}, 60_000)
