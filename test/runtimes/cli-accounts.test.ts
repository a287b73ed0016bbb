import { expect, test } from 'bun:test'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { Made, newAddress, openCommands } from './operators-commands'
import { openRealDatabase } from './real-postgres'
import { runCommand, startServer } from './server-process'

const { folder, settings, postern, jsonOf, sql } = openCommands()

test('the life of an account', async () => {
  const made = Made.parse(await jsonOf('users', 'create', newAddress(), '--name', 'Ada Lovelace', '--verified'))
  expect(made.link).toBeUndefined()
  expect(await jsonOf('users', 'show', made.id)).toMatchObject({ emailVerified: true, name: 'Ada Lovelace', roles: [] })
  expect(await jsonOf('users', 'list', made.email.slice(0, 20))).toMatchObject([{ id: made.id }])
  expect(await jsonOf('roles', 'grant', made.email, 'support')).toEqual({ granted: true })
  expect(await jsonOf('users', 'ban', made.email, '--yes', '--until', '12h', '--reason', 'spam')).toMatchObject({
    banned: true,
  })
  expect(await jsonOf('users', 'ban', made.email, '--yes')).toMatchObject({ banned: false })
  expect(await jsonOf('users', 'show', made.email)).toMatchObject({ banReason: 'spam', roles: ['support'] })
  const lifting =
    await sql`select from pgboss.job where name = 'lift-ban' and data -> 'payload' ->> 'userId' = ${made.id}`
  expect(lifting.count).toBe(1)
  expect(await jsonOf('users', 'unban', made.email)).toEqual({ unbanned: true })
  expect(await jsonOf('users', 'sign-out', made.email)).toEqual({ count: 0 })
  expect(await jsonOf('users', 'delete', made.email, '--yes')).toEqual({ id: made.id })
  expect((await postern('users', 'delete', made.email, '--yes')).exitCode).toBe(3)
  expect(await jsonOf('erasures', 'list')).toEqual(
    expect.arrayContaining([expect.objectContaining({ userId: made.id })]),
  )
  const recorded = await sql`select type from audit_event where user_id = ${made.id} order by id`
  expect(recorded.map(({ type }) => type)).toEqual([
    'account.created',
    'role.granted',
    'account.banned',
    'account.unbanned',
    'account.deleted',
  ])
}, 60_000)

test('the first administrator sets a password by the link that was asked for, and nothing else prints one', async () => {
  const address = newAddress()
  const { output } = await postern('admin', 'create', address, '--print-link')
  const token = /#token=(\S+)$/.exec(output)?.[1]
  await using server = await startServer(settings)
  const send = (path: string, body: object) =>
    fetch(`${server.url}/v1/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const newPassword = 'nanoseconds of copper wire'
  expect((await send('password/reset', { token, newPassword })).status).toBe(204)
  expect((await send('login', { email: address, password: newPassword })).status).toBe(200)
  expect((await send('password/reset', { token, newPassword })).status).toBe(400)
  const others = await Promise.all([
    postern('admin', 'create', newAddress()),
    postern('users', 'show', address),
    postern('users', 'list', '--json'),
    postern('mail', 'list', '--json'),
    postern('jobs', 'list', '--json'),
    postern('activity', address),
  ])
  for (const { exitCode, output: printed, errors } of others) {
    expect(exitCode).toBe(0)
    expect(printed + errors).not.toMatch(/token=|\$argon2|passwordHash|a secret of tests/)
  }
}, 60_000)

test('roles of permissions, and keys', async () => {
  const name = `role-${crypto.randomUUID().slice(0, 8)}`
  expect(await jsonOf('roles', 'create', name, '--permissions', 'users:read, users:unlock')).toMatchObject({ name })
  expect((await postern('roles', 'create', name, '--permissions', 'users:read')).exitCode).toBe(1)
  expect((await postern('roles', 'create', 'admin', '--permissions', 'users:read')).exitCode).toBe(1)
  expect((await postern('roles', 'create', 'x2', '--permissions', 'users:everything')).errors).toContain(
    'users:everything',
  )
  expect(await jsonOf('roles', 'list')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'auditor', isSystem: true, permissions: expect.arrayContaining(['audit:read']) }),
      expect.objectContaining({ name, isSystem: false, permissions: ['users:read', 'users:unlock'], holders: 0 }),
    ]),
  )
  const { id: userId, email } = Made.parse(await jsonOf('users', 'create', newAddress(), '--print-link'))
  const keyId = crypto.randomUUID()
  await sql`
    insert into api_key (id, user_id, name, prefix, key_hash, scopes, allowed_networks, created_at)
    values (${keyId}, ${userId}, 'CI', 'pak_1', ${crypto.randomUUID()}, '[]', '[]', now())`
  expect(await jsonOf('keys', 'list', email)).toMatchObject([{ id: keyId, ownerKind: 'user', ownerId: userId }])
  expect(await jsonOf('keys', 'revoke', keyId, '--yes')).toEqual({ revoked: true })
  expect(await jsonOf('keys', 'revoke', keyId, '--yes')).toEqual({ revoked: false })
}, 60_000)

test('a file goes in and comes out, with progress on stderr', async () => {
  const domain = `${crypto.randomUUID().slice(0, 8)}.example.org`
  const path = join(folder, 'people.csv')
  const rows = Array.from({ length: 3000 }, (_, at) => `person-${at}@${domain},Person ${at}`)
  writeFileSync(path, ['email,name', ...rows, 'nobody,x'].join('\n'))
  const dry = await postern('users', 'import', path, '--dry-run')
  expect(dry).toMatchObject({ exitCode: 0, errors: expect.stringMatching(/Bytes +100% /) })
  expect(dry.output).toBe(
    '3000 accounts could be made, 1 rows are refused.\nrow 3001 /email invalid_email: Give an e-mail address.',
  )
  expect(await jsonOf('users', 'import', path)).toMatchObject({
    operation: { state: 'finished', rowsDone: 3000, rowsFailed: 1 },
    errors: [{ row: 3001, pointer: '/email', code: 'invalid_email' }],
  })
  const out = join(folder, 'out.ndjson')
  const words = ['users', 'export', out, '--domain', domain, '--fields', 'email,name']
  expect(await jsonOf(...words)).toMatchObject({ operation: { rowsDone: 3000, requestedBy: null } })
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n')
  expect(lines.length).toBe(3000)
  expect(JSON.parse(lines[0] ?? '')).toEqual({ email: expect.stringContaining(domain), name: expect.any(String) })
  expect(statSync(out).mode & 0o777).toBe(0o600)
  // A file that is there is not written over.
  expect((await postern(...words)).exitCode).toBe(1)
  expect((await postern('users', 'import', join(folder, 'nowhere.csv'))).exitCode).toBe(1)
}, 60_000)

test('seed makes accounts to develop with, asks where there are some, and refuses in production', async () => {
  await using own = await openRealDatabase()
  const fresh = { ...settings, DATABASE_URL: own.url }
  const seeded = await runCommand(fresh, 'seed', '--json')
  const { password, accounts } = z
    .object({ password: z.string(), accounts: z.array(z.object({ email: z.string(), role: z.string().nullable() })) })
    .parse(JSON.parse(seeded.output))
  expect(accounts.map(({ role }) => role)).toEqual(['admin', 'support', null, null, null])
  expect(await runCommand(fresh, 'seed')).toMatchObject({ exitCode: 2, output: '' })
  await using server = await startServer(fresh)
  const answer = await fetch(`${server.url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: accounts[0]?.email, password }),
  })
  expect(answer.status).toBe(200)
  const production = {
    ...fresh,
    ENVIRONMENT: 'production',
    BASE_URL: 'https://id.example.com',
    EMAIL_FROM: 'a@b.example',
  }
  const mail = { RESEND_API_KEY: 're_123', RATE_LIMITS: 'on', REDIS_URL: 'redis://127.0.0.1:6379' }
  const refused = await runCommand({ ...production, ...mail }, 'seed', '--yes')
  expect(refused).toMatchObject({ exitCode: 1, output: '', errors: expect.stringContaining('production') })
}, 60_000)
