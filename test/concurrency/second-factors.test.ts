import { afterAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { type Guarded, given } from '../given'
import { listMails, waitForMail } from '../support/mailbox'
import { mfaStateOf, verifyRecoveryCode, verifyTotp } from '../support/second-factors'
import type { Reply } from '../support/send'
import type { Server } from '../support/server'
import { TokenSet } from '../support/shapes'
import { startTarget } from '../target'
import { countByStatus, inParallel } from './parallel'

const server = await startTarget()
const second = await startTarget({ BASE_URL: server.baseUrl })
const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 2, onnotice: () => {} })

afterAll(async () => {
  await Promise.all([server.stop(), second.stop(), sql.end({ timeout: 1 })])
})

const either = (index: number): Server => (index % 2 ? server : second)

const challengesOf = (person: Guarded, count: number) =>
  inParallel(count, (index) => given.challenge(either(index), person))

const stepUp = (on: Server, { accessToken }: TokenSet, code: string) =>
  on.send('POST /v1/auth/step-up', { accessToken, json: { method: 'totp', code } })

const countByCode = (replies: Reply[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(replies, ({ json }) => Object(json).code ?? 'done')].map(([code, group]) => [code, group.length]),
  )

/** What is known of the failures at somebody's second factor. */
const standingOf = async ({ user }: TokenSet) => {
  const rows = await sql<{ failures: number; isLocked: boolean }[]>`
    select failures, coalesce(locked_until > now(), false) as "isLocked" from lockout
    where subject = ${`second-factor:account:${user.id}`}`
  return rows.map((row) => ({ ...row }))
}

const countEvents = async (type: string, { user }: TokenSet) => {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from audit_event where type = ${type} and user_id = ${user.id}`
  return row?.count
}

/** Somebody is not locked out: a recovery code still works. */
const expectOpen = async (person: Guarded, code = person.recoveryCodes.at(-1) ?? '') => {
  expect(await standingOf(person)).toEqual([])
  expect((await verifyRecoveryCode(server, await given.challenge(server, person), code)).status).toBe(200)
}

test('of sixteen that bring one code for one challenge at once exactly one is let in', async () => {
  for (let round = 0; round < 3; round += 1) {
    const person = await given.personWithTotp(server)
    const challenge = await given.challenge(server, person)
    const code = person.app.next()
    const replies = await inParallel(16, (index) => verifyTotp(either(index), challenge, code))
    expect(countByStatus(replies)).toEqual({ 200: 1, 400: 15 })
    expect(await countEvents('login.succeeded', person)).toBe(2)
    await expectOpen(person)
  }
})

test('of sixteen that bring one code for as many challenges at once exactly one is let in, and nobody is locked', async () => {
  for (let round = 0; round < 3; round += 1) {
    const person = await given.personWithTotp(server)
    const challenges = await challengesOf(person, 16)
    const code = person.app.next()
    const replies = await Promise.all(challenges.map((one, index) => verifyTotp(either(index), one, code)))
    expect(countByCode(replies)).toEqual({ done: 1, invalid_code: 15 })
    expect(await countEvents('second_factor.succeeded', person)).toBe(1)
    expect(await countEvents('second_factor.locked', person)).toBe(0)
    await expectOpen(person)
  }
})

test('one code at once for log-ins and for sessions that step up is good for one of them', async () => {
  const person = await given.person(server)
  const weak = await inParallel(8, () => given.session(server, person))
  const guarded = { ...person, ...(await given.totpApp(server, person)) }
  const challenges = await challengesOf(guarded, 8)
  const code = guarded.app.next()
  const replies = await Promise.all([
    ...challenges.map((one, index) => verifyTotp(either(index), one, code)),
    ...weak.map((session, index) => stepUp(either(index), session, code)),
  ])
  expect(countByCode(replies)).toEqual({ done: 1, invalid_code: 15 })
  await expectOpen(guarded)
})

test('of a code and the one before it at once, at most each is let in once, and never the older after the newer', async () => {
  const person = await given.personWithTotp(server)
  const challenges = await challengesOf(person, 16)
  const codes = [person.app.next(), person.app.next()]
  const replies = await Promise.all(
    challenges.map((one, index) => verifyTotp(either(index), one, codes[index % 2] ?? '')),
  )
  const { done = 0 } = countByCode(replies)
  expect([1, 2]).toContain(done)
  const late = await verifyTotp(server, await given.challenge(server, person), codes[0] ?? '')
  expect(late.status).toBe(400)
  await expectOpen(person)
})

test('of sixteen that bring one recovery code at once exactly one is let in, for one challenge or for many', async () => {
  for (let round = 0; round < 3; round += 1) {
    const person = await given.personWithTotp(server)
    const [first = '', next = ''] = person.recoveryCodes
    const challenges = await challengesOf(person, 16)
    const inMany = await Promise.all(challenges.map((one, index) => verifyRecoveryCode(either(index), one, first)))
    expect(countByCode(inMany)).toEqual({ done: 1, invalid_code: 15 })
    const challenge = await given.challenge(server, person)
    const inOne = await inParallel(16, (index) => verifyRecoveryCode(either(index), challenge, next))
    expect(countByStatus(inOne)).toEqual({ 200: 1, 400: 15 })
    expect((await mfaStateOf(server, person)).recoveryCodesLeft).toBe(8)
    await waitForMail(server, person.email, 'recovery-code-used', 2)
    await expectOpen(person)
  }
})

test('ten recovery codes at once are all let in, and each is counted', async () => {
  const person = await given.personWithTotp(server)
  const challenges = await challengesOf(person, 10)
  const replies = await Promise.all(
    challenges.map((one, index) => verifyRecoveryCode(either(index), one, person.recoveryCodes[index] ?? '')),
  )
  expect(countByStatus(replies)).toEqual({ 200: 10 })
  const left = replies.map(({ json }) => TokenSet.parse(json).user.recoveryCodesLeft)
  expect(left.toSorted((one, other) => Number(one) - Number(other))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect((await mfaStateOf(server, person)).recoveryCodesLeft).toBe(0)
})

test('of twenty wrong codes at once five are looked at: one lock, one event, one mail, and no right one after them', async () => {
  const person = await given.personWithTotp(server)
  const challenges = await challengesOf(person, 20)
  const code = person.app.wrong()
  const replies = await Promise.all(challenges.map((one, index) => verifyTotp(either(index), one, code)))
  expect(countByCode(replies)).toEqual({ invalid_code: 5, second_factor_locked: 15 })
  expect(await standingOf(person)).toEqual([{ failures: 20, isLocked: true }])
  const [challenge = { token: '' }] = challenges
  expect((await verifyTotp(server, challenge, person.app.next())).status).toBe(423)
  expect(await countEvents('second_factor.locked', person)).toBe(1)
  await waitForMail(server, person.email, 'second-factor-locked')
  // What is queued now is mailed after everything else.
  await given.logInMail(server, person.email)
  const mails = (await listMails(server, person.email)).filter(({ template }) => template === 'second-factor-locked')
  expect(mails).toHaveLength(1)
})

test('a right code among nineteen wrong ones at once is let in only if fewer than five failed before it', async () => {
  for (let round = 0; round < 4; round += 1) {
    const person = await given.personWithTotp(server)
    const challenges = await challengesOf(person, 20)
    const [right, wrong] = [person.app.next(), person.app.wrong()]
    const replies = await Promise.all(
      challenges.map((one, index) => verifyTotp(either(index), one, index === 4 * round ? right : wrong)),
    )
    const { done = 0, invalid_code: lookedAt = 0 } = countByCode(replies)
    // Who gets in has the failures before it forgotten, and the count begins anew.
    expect(done ? lookedAt <= 9 : lookedAt === 5).toBe(true)
    expect(await countEvents('second_factor.succeeded', person)).toBe(done)
  }
})
