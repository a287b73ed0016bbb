import { afterAll, beforeEach, expect, test } from 'bun:test'
import type { Database } from '#db/database'
import { letInByLink } from '#features/accounts/email-link-queries'
import { letInByPassword } from '#features/accounts/log-in-queries'
import { replaceOwnPassword, resetPasswordByToken } from '#features/accounts/password-queries'
import { createPostgres } from '#platform/postgres'

/**
 * A log-in holds the lock on the password while a recovery waits for it: the session that it opens meanwhile is one that
 * the recovery's statement could not see when it began.
 */
const url = process.env.TEST_DATABASE_URL ?? ''
const { db, close } = createPostgres({
  url,
  prepare: true,
  serverDeadline: true,
  timeoutSeconds: 20,
  maxConnections: 4,
})
afterAll(close)

let userId: string
let email: string

const run = (text: string, values: unknown[]) => db.run(text, values, 'objects')

beforeEach(async () => {
  userId = crypto.randomUUID()
  email = `${userId}@example.com`
  const person = 'insert into "user" (id, email, created_at, updated_at) values ($1, $2, now(), now())'
  await run(person, [userId, email])
  await run(`insert into password (user_id, hash, created_at) values ($1, 'old', now())`, [userId])
})

/** Nobody looks into it here; it is not the id, which may be recorded. */
const tokenHash = () => `hash of ${userId}`

const insertToken = (purpose: string) =>
  run(
    `insert into email_token (id, user_id, purpose, email, token_hash, created_at, expires_at)
    values ($1, $2, $3, $4, $5, now(), now() + interval '1 hour')`,
    [crypto.randomUUID(), userId, purpose, email, tokenHash()],
  )

const event = () => ({
  now: new Date(),
  actorKind: 'anonymous',
  actorId: null,
  requestId: 'race',
  ipAddress: null,
  place: null,
  saltSeed: '',
  credential: null,
  traceId: null,
  traceparent: null,
  userAgent: null,
  jobId: crypto.randomUUID(),
  eventId: crypto.randomUUID(),
  endedEventId: crypto.randomUUID(),
  verifiedEventId: crypto.randomUUID(),
  joinJobId: crypto.randomUUID(),
  droppedEventId: crypto.randomUUID(),
  failedEventId: crypto.randomUUID(),
  unlockedEventId: crypto.randomUUID(),
  challengedEventId: crypto.randomUUID(),
})

const soon = new Date(Date.now() + 3_600_000)

/** A log-in by somebody who has no second factor and need not have one, from a device that nobody knows. */
const newLogIn = (sessionId: string = crypto.randomUUID()) => ({
  sessionId,
  amr: '["pwd"]',
  acr: 'aal1',
  secondFactorId: null,
  device: 'test',
  sessionExpiresAt: soon,
  sessionAbsoluteExpiresAt: soon,
  challengeId: crypto.randomUUID(),
  challengeExpiresAt: soon,
  transport: 'bearer' as const,
  deviceId: null,
  deviceSubject: null,
  deviceUserId: null,
  deviceIssuedAt: null,
  networkSubject: null,
  networkFailures: 100,
  lockoutFailures: 5,
  lockoutSeconds: 1800,
  secondFactorForAll: false,
  secondFactorRoles: '[]',
  graceSeconds: 0,
  trustSeconds: 0,
})

const logIn = (on: Database, sessionId: string) =>
  letInByPassword(on, {
    ...event(),
    ...newLogIn(sessionId),
    userId,
    email,
    subject: `account:${userId}`,
    passwordHash: 'old',
    newHash: null,
  })

/** Logs in with the old password, starts `recover` before that is committed, and gives why the session is over. */
const logInDuring = async (recover: () => Promise<unknown[]>) => {
  const sessionId = crypto.randomUUID()
  const [opened, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const logIns = db.transaction(async (tx) => {
    expect(await logIn(tx, sessionId)).toHaveLength(1)
    opened.resolve()
    await finish.promise
  })
  await opened.promise
  const recovered = recover()
  await Bun.sleep(200)
  finish.resolve()
  await logIns
  expect(await recovered).toHaveLength(1)
  return run('select revoked_because as reason from session where id = $1', [sessionId])
}

test('a log-in with the old password that overlaps a reset leaves no session', async () => {
  await insertToken('reset-password')
  const reset = () => resetPasswordByToken(db, { ...event(), tokenHash: tokenHash(), passwordHash: 'new' })
  expect(await logInDuring(reset)).toEqual([{ reason: 'password_reset' }])
})

test('nor does one that overlaps a change of the password, which keeps its own', async () => {
  const kept = crypto.randomUUID()
  await logIn(db, kept)
  const caller = { userId, sessionId: kept, subject: `account:${userId}` }
  const change = () => replaceOwnPassword(db, { ...event(), ...caller, passwordHash: 'old', newHash: 'new' })
  expect(await logInDuring(change)).toEqual([{ reason: 'password_changed' }])
  expect(await run('select id from session where user_id = $1 and revoked_at is null', [userId])).toEqual([
    { id: kept },
  ])
})

test('nor does one that overlaps the first proof of the address by a link, which opens its own', async () => {
  await insertToken('log-in')
  const mailed = newLogIn()
  const proof = () => letInByLink(db, { ...event(), ...mailed, tokenHash: tokenHash() })
  expect(await logInDuring(proof)).toEqual([{ reason: 'email_proved' }])
  const live = await run('select id from session where user_id = $1 and revoked_at is null', [userId])
  expect(live).toEqual([{ id: mailed.sessionId }])
  expect(await run('select hash from password where user_id = $1', [userId])).toEqual([])
})

test('nor is there a log-in that waits for its second factor, if it overlaps a reset', async () => {
  await run(
    `insert into totp_authenticator (id, user_id, name, sealed_secret, created_at, confirmed_at)
    values ($1, $2, 'Phone', 'sealed', now(), now())`,
    [crypto.randomUUID(), userId],
  )
  await insertToken('reset-password')
  const reset = () => resetPasswordByToken(db, { ...event(), tokenHash: tokenHash(), passwordHash: 'new' })
  expect(await logInDuring(reset)).toEqual([])
  expect(await run('select id from log_in_challenge where user_id = $1', [userId])).toEqual([])
})
