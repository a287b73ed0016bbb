import { afterAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { freshEmail, freshPassword, given } from '../given'
import { listMails, tokenIn, waitForMail } from '../support/mailbox'
import { useToken } from '../support/mailed-tokens'
import type { Server } from '../support/server'
import { logIn } from '../support/sessions'
import { startTarget } from '../target'
import { countByStatus, inParallel } from './parallel'

const settings = { EMAIL_VERIFICATION: 'optional', LOCKOUT_DELAY_MILLISECONDS: '0' }
const server = await startTarget(settings)
const second = await startTarget({ ...settings, BASE_URL: server.baseUrl })
const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 2, onnotice: () => {} })

afterAll(async () => {
  await Promise.all([server.stop(), second.stop(), sql.end({ timeout: 1 })])
})

const fail = (on: Server, email: string) => logIn(on, { email, password: freshPassword() })

const tryCode = (on: Server, email: string, code: string) =>
  on.send('POST /v1/auth/email-link/consume', { json: { email, code } })

/** Codes other than this. */
const codeBeside = (code: string, distance: number) => String((Number(code) + distance) % 1_000_000).padStart(6, '0')

const failTimes = async (email: string, times: number) => {
  for (let count = 0; count < times; count += 1) expect((await fail(server, email)).status).toBe(401)
}

/** What is known of the failures for an address. */
const standingOf = async (email: string) => {
  const rows = await sql<{ failures: number; isLocked: boolean }[]>`
    select failures, coalesce(locked_until > now(), false) as "isLocked" from lockout
    where subject = 'account:' || encode(sha256(convert_to(${email}, 'UTF8')), 'hex')`
  return rows.map((row) => ({ ...row }))
}

const countEvents = async (type: string, userId: string) => {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from audit_event where type = ${type} and user_id = ${userId}`
  return row?.count
}

const countSessions = async (userId: string) => {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from session where user_id = ${userId} and revoked_at is null`
  return row?.count
}

const countDeadlocks = async () => {
  const [row] = await sql<{ count: number }[]>`
    select deadlocks::integer as count from pg_stat_database where datname = current_database()`
  return row?.count
}

const lockoutMails = async (email: string) =>
  (await listMails(server, email)).filter(({ template }) => template === 'account-locked')

test('twenty wrong passwords at once lock once: one event, one mail, and each of them counts', async () => {
  const { email, password, user } = await given.newcomer(server)
  expect(countByStatus(await inParallel(20, () => fail(server, email)))).toEqual({ 401: 20 })
  expect(await standingOf(email)).toEqual([{ failures: 20, isLocked: true }])
  expect((await logIn(server, { email, password })).status).toBe(423)
  expect(await countEvents('account.locked', user.id)).toBe(1)
  const token = tokenIn(await waitForMail(server, email, 'account-locked'))
  // What is queued now is mailed after everything else.
  await given.logInMail(server, email)
  expect(await lockoutMails(email)).toHaveLength(1)

  const unlocks = await inParallel(8, () => server.send('POST /v1/auth/unlock', { json: { token } }))
  expect(countByStatus(unlocks)).toEqual({ 204: 1, 400: 7 })
  expect(await countEvents('account.unlocked', user.id)).toBe(1)
  expect((await logIn(server, { email, password })).status).toBe(200)
})

test('twenty wrong passwords at once for an address without an account count too, and mail nobody', async () => {
  const email = freshEmail()
  expect(countByStatus(await inParallel(20, () => fail(server, email)))).toEqual({ 401: 20 })
  expect(await standingOf(email)).toEqual([{ failures: 20, isLocked: true }])
  expect(await lockoutMails(email)).toEqual([])
})

test('of twenty wrong codes at once five are looked at, and a right one after them is not', async () => {
  const { email, user } = await given.newcomer(server)
  const { code } = await given.logInMail(server, email)
  const replies = await inParallel(20, (index) => tryCode(server, email, codeBeside(code, index + 1)))
  expect(countByStatus(replies)).toEqual({ 400: 5, 423: 15 })
  expect((await tryCode(server, email, code)).status).toBe(423)
  expect(await countEvents('account.locked', user.id)).toBe(1)
  expect(await countSessions(user.id)).toBe(1)
})

test('a right code among nineteen wrong ones at once gets in only if fewer than five failed before it', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { email, user } = await given.newcomer(server)
    const { code } = await given.logInMail(server, email)
    const replies = await inParallel(20, (index) =>
      tryCode(index % 2 ? server : second, email, codeBeside(code, index)),
    )
    const { 200: entered = 0, 400: lookedAt = 0 } = countByStatus(replies)
    // Who gets in has the failures before it forgotten, and the count begins anew.
    expect(entered ? lookedAt <= 9 : lookedAt === 5).toBe(true)
    expect(await countEvents('login.succeeded', user.id)).toBe(entered)
  }
})

test('twenty log-ins of one account at once all succeed, with four failures before them or none', async () => {
  for (const failures of [0, 4]) {
    const { email, password, user } = await given.newcomer(server)
    await failTimes(email, failures)
    const replies = await inParallel(20, (index) => logIn(index % 2 ? server : second, { email, password }))
    expect(countByStatus(replies)).toEqual({ 200: 20 })
    expect(await standingOf(email)).toEqual([])
    expect(await countSessions(user.id)).toBe(21)
  }
})

test('a right password that races the fifth failure opens a session or finds a lock, never a part of both', async () => {
  for (let round = 0; round < 16; round += 1) {
    const { email, password, user } = await given.newcomer(server)
    await failTimes(email, 4)
    const [first, other] = round % 2 ? [server, second] : [second, server]
    const calls = [() => fail(first, email), () => logIn(other, { email, password })]
    const started = (round % 4 < 2 ? calls : calls.toReversed()).map((call) => call())
    const replies = await Promise.all(started)
    const right = replies.find(({ status }) => status !== 401)?.status ?? 0
    expect([200, 423]).toContain(right)
    const isIn = right === 200
    expect(await countSessions(user.id)).toBe(isIn ? 2 : 1)
    expect(await countEvents('login.succeeded', user.id)).toBe(isIn ? 1 : 0)
    const standing = await standingOf(email)
    if (isIn) expect([[], [{ failures: 1, isLocked: false }]]).toContainEqual(standing)
    else expect(standing).toEqual([{ failures: 5, isLocked: true }])
  }
})

test('failures at two servers add up, and a lock at one is a lock at the other', async () => {
  const { email, password, user } = await given.newcomer(server)
  for (const on of [server, second, server, second]) expect((await fail(on, email)).status).toBe(401)
  expect(await standingOf(email)).toEqual([{ failures: 4, isLocked: false }])
  expect((await fail(server, email)).status).toBe(401)
  for (const on of [server, second]) expect((await logIn(on, { email, password })).status).toBe(423)
  const replies = await inParallel(10, (index) => fail(index % 2 ? server : second, email))
  expect(countByStatus(replies)).toEqual({ 401: 10 })
  expect(await standingOf(email)).toEqual([{ failures: 15, isLocked: true }])
  expect(await countEvents('account.locked', user.id)).toBe(1)
})

test('whatever fails, succeeds and lifts locks on one account at once, nobody meets an error', async () => {
  for (let round = 0; round < 6; round += 1) {
    const { email, password, accessToken } = await given.newcomer(server)
    await failTimes(email, 5)
    const unlock = tokenIn(await waitForMail(server, email, 'account-locked'))
    const { token, code } = await given.logInMail(server, email)
    const reset = await given.resetToken(server, email)
    const change = { currentPassword: password, newPassword: freshPassword() }
    const replies = await Promise.all([
      ...[server, second].flatMap((on) => [
        fail(on, email),
        logIn(on, { email, password }),
        tryCode(on, email, code),
        tryCode(on, email, codeBeside(code, 1)),
      ]),
      server.send('POST /v1/auth/unlock', { json: { token: unlock } }),
      server.send('POST /v1/auth/password/change', { accessToken, json: change }),
      useToken(second, 'log-in', token),
      useToken(server, 'reset-password', reset),
    ])
    expect(replies.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([])
  }
})

test('whatever proves who owns one account at once, after failures, waits for each other and never in a ring', async () => {
  const before = await countDeadlocks()
  for (let round = 0; round < 30; round += 1) {
    const { email, password, accessToken } = await given.newcomer(server)
    if (round % 2) await useToken(server, 'verify-email', await given.verificationToken(server, email))
    const { token, code } = await given.logInMail(server, email)
    const reset = await given.resetToken(server, email)
    await failTimes(email, 3)
    const change = { currentPassword: password, newPassword: freshPassword() }
    const replies = await Promise.all([
      ...[server, second].flatMap((on) => [
        tryCode(on, email, code),
        logIn(on, { email, password }),
        tryCode(on, email, code),
        useToken(on, 'log-in', token),
      ]),
      ...(round % 3 ? [] : [useToken(server, 'reset-password', reset)]),
      ...(round % 4 ? [] : [server.send('POST /v1/auth/password/change', { accessToken, json: change })]),
    ])
    expect(replies.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([])
  }
  // Postgres tells what it counted after a second.
  await Bun.sleep(1500)
  expect(await countDeadlocks()).toBe(before)
})
