import { expect, test } from 'bun:test'
import { join } from 'node:path'
import type { KeyPurpose } from '#core/derived-keys'
import { openSealed, seal } from '#core/secrets'
import { openDatabase } from '#db/database'
import { openTokens } from '#features/federation/provider-tokens'
import { renewSeals } from '#features/operations/renew-seals'
import { sealedColumns } from '#features/operations/sealed-columns'
import { jobHandlers } from '../../../src/job-handlers'
import { openWorld, type World } from '../../platform'
import { repository } from '../../support/folders'
import { keepHouse } from '../jobs/housekeeping'
import { registerAndLogIn } from '../people'

const old = 'the secret that is about to be replaced'
const fresh = 'the secret that takes its place from now'
const operator = { kind: 'system', job: 'postern keys reseal' } as const
const holder = { provider: 'acme', subject: 'ada' }
const tokens = JSON.stringify({ accessToken: 'an access token', refreshToken: null })

const run = (world: World, text: string, values: unknown[] = []) => world.db.run(text, values, 'objects')

/** The rows of a sealed column that begin otherwise than others do. */
const sealsOf = async (world: World, { table, column }: { table: string; column: string }): Promise<string[]> =>
  (await run(world, `select ${column} as sealed from ${table} where ${column} is not null`)).map((row) =>
    String(Object(row).sealed),
  )

/** One row in each table that keeps seals; each is bound as the code that makes and opens it binds it. */
const openSealedWorld = async () => {
  const world = await openWorld({ SECRET: old })
  const { user } = await registerAndLogIn(world)
  const ctx = world.contextOf(operator)
  const now = world.clock.now()
  const id = () => world.platform.ids.next()
  const [totpId, messageId, keyHash] = [id(), id(), 'a hash of a key']
  const sealTokens = () => seal(ctx, 'provider-tokens-seal', 'identity/acme/ada', tokens)
  await run(
    world,
    `insert into totp_authenticator (id, user_id, name, sealed_secret, created_at) values ($1, $2, 'Phone', $3, $4)`,
    [totpId, user.id, await seal(ctx, 'totp-seal', `totp_authenticator/${totpId}`, 'a seed'), now],
  )
  await run(
    world,
    `insert into identity (id, user_id, provider, issuer, subject, sealed_tokens, is_refreshable, created_at, last_used_at)
     values ($1, $2, 'acme', 'https://acme.example', 'ada', $3, true, $4, $4)`,
    [id(), user.id, await sealTokens(), now],
  )
  await run(
    world,
    `insert into token_revocation (id, user_id, provider, subject, sealed_tokens, created_at)
     values ($1, $2, 'acme', 'ada', $3, $4)`,
    [id(), user.id, await sealTokens(), now],
  )
  await run(
    world,
    `insert into provided_identity (code_hash, code_challenge, provider, issuer, subject, is_email_proved, sealed_tokens,
       is_refreshable, created_at, expires_at)
     values ('a hash', 'a challenge', 'acme', 'https://acme.example', 'ada', false, $1, true, $2, $2)`,
    [await sealTokens(), now],
  )
  await run(
    world,
    `insert into message (id, user_id, recipient, template, locale, state, sealed_values, queued_at)
     values ($1, $2, 'ada@example.com', 'log-in', 'en', 'queued', $3, $4)`,
    [messageId, user.id, await seal(ctx, 'message-seal', messageId, 'a link'), now],
  )
  await run(
    world,
    `insert into idempotent_answer (user_id, key_hash, request_hash, status, sealed_body, created_at)
     values ($1, $2, 'a hash', 201, $3, $4)`,
    [user.id, keyHash, await seal(ctx, 'idempotent-answer-seal', `${user.id}.${keyHash}`, 'a body'), now],
  )
  const rotated = world.startAnother({ SECRET: `${fresh},${old}` })
  return { world, rotated, userId: user.id, totpId, messageId, keyHash }
}

test('every column that is named like a seal, and every purpose of a seal, is in the table of what is re-sealed', async () => {
  const world = await openWorld()
  const rows = await run(
    world,
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and column_name like 'sealed\\_%' and data_type = 'text'`,
  )
  expect(rows.map((row) => String(Object(row).name)).sort()).toEqual(
    sealedColumns.map(({ table, column }) => `${table}.${column}`).sort(),
  )
  const source = await Bun.file(join(repository, 'src/core/derived-keys.ts')).text()
  const purposes = [...source.matchAll(/^ {2}\| '([\w-]+-seal)'$/gm)].map(([, purpose]) => purpose ?? '')
  expect(new Set(sealedColumns.map(({ purpose }): string => purpose))).toEqual(new Set(purposes))
})

test('everything sealed is sealed anew by the job, opens as before, and the older SECRET can go', async () => {
  const { world, rotated, userId, totpId, messageId, keyHash } = await openSealedWorld()
  const before = await Promise.all(sealedColumns.map((column) => sealsOf(world, column)))
  expect(before.map(({ length }) => length)).toEqual(sealedColumns.map(() => 1))
  await keepHouse(rotated, (ctx) => jobHandlers['renew-seals'](ctx, {}))
  const after = await Promise.all(sealedColumns.map((column) => sealsOf(world, column)))
  expect(after.flat().filter((sealed) => before.flat().includes(sealed))).toEqual([])
  expect(await renewSeals(rotated.contextOf(operator))).toEqual({ renewed: 0, lost: 0 })

  const alone = world.startAnother({ SECRET: fresh })
  const ctx = alone.contextOf(operator)
  const open = async (table: string, purpose: KeyPurpose, bound: string) => {
    const column = sealedColumns.find((known) => known.table === table)
    const [sealed = ''] = column ? await sealsOf(world, column) : []
    return openSealed(ctx, purpose, bound, sealed)
  }
  expect(await open('totp_authenticator', 'totp-seal', `totp_authenticator/${totpId}`)).toBe('a seed')
  expect(await open('message', 'message-seal', messageId)).toBe('a link')
  expect(await open('idempotent_answer', 'idempotent-answer-seal', `${userId}.${keyHash}`)).toBe('a body')
  for (const table of ['identity', 'token_revocation', 'provided_identity']) {
    const [sealed = ''] = await sealsOf(world, { table, column: 'sealed_tokens' })
    expect(await openTokens(ctx, holder, sealed)).toEqual(JSON.parse(tokens))
  }
  expect((await alone.send('GET /.well-known/jwks.json')).status).toBe(200)
  expect(
    (await alone.send('POST /v1/auth/login', { json: { email: 'nobody@example.com', password: 'x y z a b c' } }))
      .status,
  ).toBe(401)
})

/** A database in which something happens right before a seal is replaced. */
const interrupted = (world: World, before: (text: string) => Promise<void>) =>
  openDatabase({
    run: async (text, ...rest) => {
      if (/^\s*with resealed as/.test(text)) await before(text)
      return world.db.run(text, ...rest)
    },
    script: () => Promise.reject(new Error('unused')),
    begin: () => Promise.reject(new Error('unused')),
  })

test('a value that changed after it was read is left as it is', async () => {
  const { world, rotated, totpId } = await openSealedWorld()
  const newer = await seal(rotated.contextOf(operator), 'totp-seal', `totp_authenticator/${totpId}`, 'a newer seed')
  const db = interrupted(world, async (text) => {
    if (text.includes('update totp_authenticator'))
      await run(world, 'update totp_authenticator set sealed_secret = $1', [newer])
  })
  const instance = world.startAnother({ SECRET: `${fresh},${old}` }, { db })
  expect(await renewSeals(instance.contextOf(operator))).toEqual({ renewed: sealedColumns.length - 1, lost: 0 })
  expect(await sealsOf(world, { table: 'totp_authenticator', column: 'sealed_secret' })).toEqual([newer])
})

test('who is stopped halfway begins again, and what was done stays done', async () => {
  const { world, rotated } = await openSealedWorld()
  let left = 3
  const db = interrupted(world, async () => {
    left -= 1
    if (left < 0) throw new Error('stopped')
  })
  const stopped = world.startAnother({ SECRET: `${fresh},${old}` }, { db })
  await expect(renewSeals(stopped.contextOf(operator))).rejects.toThrow('stopped')
  const steps: string[] = []
  expect(await renewSeals(rotated.contextOf(operator), (done, total) => void steps.push(`${done}/${total}`))).toEqual({
    renewed: sealedColumns.length - 3,
    lost: 0,
  })
  expect(steps.at(-1)).toBe('4/4')
})
